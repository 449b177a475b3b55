"""What people see of the pharmacy: documents, scripts and styles. Every datum on them comes by fetch from /api."""

from pharmacy.pages.router import router

__all__ = ["router"]
