// How the acceptance report looks. `nameraka report` gives the facts of the run and the file of former runs.
const { NAMERAKA_REPORT_FACTS = "{}", NAMERAKA_REPORT_HISTORY } = process.env;

export default {
  name: "受入テスト報告",
  variables: JSON.parse(NAMERAKA_REPORT_FACTS),
  historyPath: NAMERAKA_REPORT_HISTORY,
  appendHistory: true,
  historyLimit: 30,
  // Plumbing: of use to the gate and to search, not to a reader.
  hideLabels: ["run", "plan", "build", "environment", "door", "framework", "language", "host", "thread", "criterion"],
  categories: [
    { name: "API の契約と違う応答", matchers: { message: /breaks the contract/ }, groupByMessage: true },
    { name: "約束と違う（失敗）", matchers: { statuses: ["failed"] }, groupByMessage: true },
    { name: "確かめられなかった（異常終了）", matchers: { statuses: ["broken", "unknown"] }, groupByMessage: true },
    { name: "実行されなかった", matchers: { statuses: ["skipped"] } },
  ],
  plugins: {
    awesome: {
      options: {
        singleFile: true,
        reportLanguage: "ja",
        groupBy: ["epic", "feature", "story"],
        stepTreeExpansion: "expand_failed_only",
        charts: [
          { type: "currentStatus", title: "今回の結果" },
          { type: "statusDynamics", title: "これまでの結果" },
          {
            type: "testResultSeverities",
            title: "重要度ごとの結果",
            levels: ["critical", "normal", "minor"],
            statuses: ["passed", "failed", "broken", "skipped", "unknown"],
          },
          { type: "durationDynamics", title: "所要時間の推移" },
        ],
      },
    },
  },
};
