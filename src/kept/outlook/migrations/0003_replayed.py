from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outlook", "0002_kept_forecasts")]

    operations = [
        migrations.CreateModel(
            name="Replayed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("when", models.CharField(max_length=8, unique=True)),
                ("at", models.DateTimeField()),
                ("levels", models.JSONField()),
                ("figures", models.JSONField()),
            ],
        ),
    ]
