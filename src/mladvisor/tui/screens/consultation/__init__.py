"""The consultation: ranking, curve, evidence and transcript around one question."""

from __future__ import annotations

from mladvisor.tui.screens.consultation.screen import ConsultationScreen as ConsultationScreen

__all__ = ["ConsultationScreen"]
