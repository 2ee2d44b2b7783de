"""The document of the interface: what the framework writes, with refusals in their own form."""

from fastapi import FastAPI

from dashboard.backend.problems import PROBLEM_TYPE
from dashboard.control.wire import Problem

_JSON = "application/json"
_PROBLEM = {"$ref": f"#/components/schemas/{Problem.__name__}"}


class Documented(FastAPI):
    """An application whose document says of every problem that it is sent as one (RFC 9457)."""

    def openapi(self) -> dict[str, object]:
        """The document (OpenAPI 3.1), written once."""
        if self.openapi_schema is None:
            for operations in super().openapi()["paths"].values():
                for operation in operations.values():
                    for answer in operation["responses"].values():
                        _name_problem(answer.get("content", {}))
        written: dict[str, object] = self.openapi_schema or {}
        return written


def _name_problem(content: dict[str, dict[str, object]]) -> None:
    if content.get(_JSON, {}).get("schema") == _PROBLEM:
        content[PROBLEM_TYPE] = content.pop(_JSON)
