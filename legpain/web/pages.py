"""The demo page and the built widget, as files: what is not there at the start is not served."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional

ROOT = Path(__file__).resolve().parent.parent.parent
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Page:
    """A file's content with its HTTP headers."""

    content: bytes
    content_type: str
    headers: Dict[str, str]


class Pages:
    """`widget/demo` at `/`, `widget/dist` at `/widget/`.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = ROOT) -> None:
        # A fixed table: no path of a request ever reaches the file system.
        self._files: Dict[str, Path] = {
            **_files_under(root / "widget" / "demo", "/"),
            **_files_under(root / "widget" / "dist", "/widget/"),
        }
        if "/index.html" in self._files:
            self._files["/"] = self._files["/index.html"]

    def find(self, path: str) -> Optional[Page]:
        """Return the page at a URL's path, or None."""
        file = self._files.get(path)
        if file is None or not file.is_file():
            return None
        content = file.read_bytes()
        headers = {
            "Cache-Control": "no-cache",
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        if path.startswith("/widget/"):
            # Other websites embed the widget; it holds nothing of anybody.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers["Access-Control-Allow-Origin"] = "*"
        return Page(content, _TYPES[file.suffix], headers)


def _files_under(folder: Path, prefix: str) -> Dict[str, Path]:
    inside = folder.resolve()
    return {
        prefix + path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES and path.is_file() and inside in path.resolve().parents
    }
