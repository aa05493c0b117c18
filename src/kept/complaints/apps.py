from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints and thanks."""

    name = "kept.complaints"
    verbose_name = "Complaints and thanks"
