from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Case studies."""

    name = "kept.programme.cases"
    label = "cases"
    verbose_name = "Cases"
