@TR-12 @major
Feature: Rules with a version, and a golden set that they all must catch
  A new rule that reads better can lose a phrase that the old one caught, and nobody notices until a patient does. So the
  phrases below are the golden set: whoever changes the rules, every one of them is caught, one hundred percent.
  For patients, and for whoever has to explain later why an alarm rang: the record says which version of the rules it was.

  Rule: Every phrase of the golden set is caught, and ordinary words raise no alarm

    @api
    Scenario: Every red flag of the golden set is caught
      Doors: the rules stand behind both doors alike; typing so many messages on a phone would only show how slow typing is.

      When the patient Sato Hanako sends these in one go
        | text                             |
        | 胸が痛い                         |
        | むねがいたい                     |
        | ムネガイタイ                     |
        | ﾑﾈｶﾞｲﾀｲ                          |
        | 胸 が 痛 い                      |
        | 胸、が、痛、い                   |
        | 胸がいたいです                   |
        | 胸痛があります                   |
        | 胸がしめつけられる               |
        | 胸が締め付けられるように苦しい   |
        | むねがくるしい                   |
        | むめがいたい                     |
        | むねがいたいい                   |
        | 胸が板い                         |
        | 心臓が痛い                       |
        | 息ができない                     |
        | いきができません                 |
        | 息が出来ない                     |
        | イキガデキナイ                   |
        | 息苦しい                         |
        | いきぐるしい                     |
        | 呼吸が苦しい                     |
        | こきゅうこんなん                 |
        | 息がでない                       |
        | 意識がもうろうとしています       |
        | 父ではなく私の意識が遠のく       |
        | ろれつが回らない                 |
        | 急に片方の手が動かない           |
        | 全身に蕁麻疹が出て唇が腫れてきた |
        | アナフィラキシーかもしれない     |
        | 血を吐いた                       |
        | 出血が止まりません               |
        | 冷や汗が止まらない               |
        | I have chest pain                |
        | CHEST PAIN                       |
        | my chest hurts                   |
        | I can't breathe                  |
        | I can’t breathe                 |
        | chset pain                       |
      Then the auditor Watanabe finds that every message of the patient Sato Hanako was noticed as a red flag

    @api
    Scenario: Every crisis of the golden set is caught
      Doors: the rules stand behind both doors alike; typing so many messages on a phone would only show how slow typing is.

      When the patient Sato Hanako sends these in one go
        | text                         |
        | 死にたい                     |
        | しにたい                     |
        | シニタイ                     |
        | し に た い                  |
        | 氏にたい                     |
        | タヒにたい                   |
        | もう消えてしまいたい         |
        | 自殺を考えている             |
        | リスカした                   |
        | 生きているのがつらい         |
        | 薬を大量に飲んだ             |
        | くすりをぜんぶのんでしまった |
        | ODした                       |
        | ＯＤしました                 |
        | オーバードーズ               |
        | 過剰摂取してしまった         |
        | 過量服薬                     |
        | I want to die                |
        | I want to kill myself        |
        | I took too many pills        |
        | overdosed                    |
      Then the auditor Watanabe finds that every message of the patient Sato Hanako was noticed as a crisis

    Scenario: Every phrase of the golden set that calls for a doctor today is caught
      When the patient Sato Hanako sends these in one go
        | text                             |
        | 白目が黄色くなってきました       |
        | おしっこが茶色い                 |
        | 手足に力が入りません             |
        | むくみがあって血圧も上がりました |
        | 39度の熱が下がりません           |
        | My skin turned yellow            |
        | I have a high fever              |
      Then the auditor Watanabe finds that every message of the patient Sato Hanako was noticed as a yellow flag

    Scenario: Ordinary words raise no alarm
      When the patient Sato Hanako sends these in one go
        | text                                     |
        | 薬を飲み忘れました。どうすればいいですか |
        | お願いいたします                         |
        | 胸やけがします                           |
        | 私に対して処方された薬です               |
        | 定期便を終わりにしたい                   |
        | 意識していないと忘れます                 |
        | 水なしでは飲めませんか                   |
        | 40錠入りをください                       |
        | 熱はありません。39歳です                 |
        | Can I take this with food?               |
      Then the auditor Watanabe finds that nothing was noticed in what the patient Sato Hanako wrote

  Rule: The version of the rules that noticed something is in the record

    Scenario Outline: Record and console name the same version of the rules
      When the patient Sato Hanako sends "<words>"
      Then the auditor Watanabe finds the version of the rules that the pharmacist Suzuki sees beside the patient Sato Hanako's message

      Examples:
        | words                               |
        | My chest hurts                      |
        | No chest pain                       |
        | The whites of my eyes turned yellow |
