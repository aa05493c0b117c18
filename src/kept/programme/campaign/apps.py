from django.apps import AppConfig


class CampaignConfig(AppConfig):
    """Posters, and the stories of customers that stand on them."""

    name = "kept.programme.campaign"
    label = "campaign"
    verbose_name = "Campaign"
