"""Every table there is: whoever makes, fills or migrates a database knows them all."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from pharmacy.attachments import tables as attachments
from pharmacy.audit import chain as audit
from pharmacy.autonomy import tables as autonomy
from pharmacy.core import tables as core
from pharmacy.delivery import tables as delivery
from pharmacy.emergency import tables as emergency
from pharmacy.evaluation import tables as evaluation
from pharmacy.exports import tables as exports
from pharmacy.guidance import tables as guidance
from pharmacy.handover import presence_tables as presence
from pharmacy.handover import tables as handover
from pharmacy.identity import tables as identity
from pharmacy.oversight import tables as oversight
from pharmacy.paging import second_channel as mailed_pages
from pharmacy.paging import tables as paging
from pharmacy.prescriptions import tables as prescriptions
from pharmacy.privacy import tables as privacy
from pharmacy.records import tables as records
from pharmacy.sales import tables as sales
from pharmacy.triage import task_tables as tasks

PARTS: Final = (
    *(attachments, audit, autonomy, core, delivery, emergency, evaluation, exports, guidance, presence, handover),
    *(identity, oversight, mailed_pages, paging, prescriptions, privacy, records, sales, tasks),
)
"""The modules that have tables; a table is known when its module has been imported."""

TABLES: Final[MetaData] = core.Base.metadata
