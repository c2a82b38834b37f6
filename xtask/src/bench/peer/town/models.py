"""The people and units of Belde's directory, with the same columns and indexes, as Django declares them."""

from django.db import models


class Unit(models.Model):
    name = models.CharField(max_length=200, db_index=True)

    def __str__(self):
        return self.name


class Staff(models.Model):
    registry_no = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    title = models.CharField(max_length=120)
    email = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=20, choices=[("active", "Görevde"), ("left", "Ayrıldı")])
    started_on = models.DateField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "name"]), models.Index(fields=["state", "name"])]

    def __str__(self):
        return self.name
