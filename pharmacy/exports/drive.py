"""Google Drive's API v3, as far as it is used: a private file, readers by name, and taking both away."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pharmacy.core.outgoing import client

log = logging.getLogger("pharmacy.drive")

REQUEST_SECONDS: Final = 5.0
_BOUNDARY: Final = "pharmacy-export"


class DriveError(Exception):
    """Drive did not do it; the text is for the log and holds nothing of a patient."""


@dataclass(frozen=True)
class Drive:
    """One account of the pharmacy's at Drive."""

    url: str
    token: str

    def upload(self, name: str, text: str) -> str:
        """A file that only we can open, and that no reader may copy or share on; gives its id."""
        about = {"name": name, "writersCanShare": False, "copyRequiresWriterPermission": True}
        body = (
            f"--{_BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(about)}\r\n"
            f"--{_BOUNDARY}\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n{text}\r\n--{_BOUNDARY}--\r\n"
        )
        content_type = {"Content-Type": f"multipart/related; boundary={_BOUNDARY}"}
        made = self._ask("POST", "/upload/drive/v3/files?uploadType=multipart", content_type, content=body.encode())
        return str(made["id"])

    def let_read(self, file_id: str, address: str, until: datetime) -> str:
        """One person may read it until then; gives the id of the permission. There is no way to let anyone read."""
        permission = {
            "type": "user",
            "role": "reader",
            "emailAddress": address,
            "expirationTime": until.isoformat(),
        }
        path = f"/drive/v3/files/{file_id}/permissions?sendNotificationEmail=false"
        return str(self._ask("POST", path, json=permission)["id"])

    def let_read_no_more(self, file_id: str, permission_id: str) -> None:
        """Take one person's permission away."""
        self._ask("DELETE", f"/drive/v3/files/{file_id}/permissions/{permission_id}")

    def delete(self, file_id: str) -> None:
        """The file is gone, for everybody."""
        self._ask("DELETE", f"/drive/v3/files/{file_id}")

    def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> dict[str, Any]:
        import httpx  # only now: most starts export nothing

        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        try:
            answer = client().request(method, self.url + path, headers=sent, timeout=REQUEST_SECONDS, **request)
            if not (method == "DELETE" and answer.status_code == 404):  # it is gone, which is what was wanted
                answer.raise_for_status()
            return answer.json() if answer.content and answer.is_success else {}
        except (httpx.HTTPError, ValueError) as error:
            raise DriveError(f"{method}: {type(error).__name__}") from error
