from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Goals on figures, and what else is watched beside them."""

    name = "kept.programme.goals"
    label = "goals"
    verbose_name = "Goals"
