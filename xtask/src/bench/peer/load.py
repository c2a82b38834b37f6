"""Makes the tables and the people, and prints the cookie of a signed-in administrator."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "peer_site"

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from town.models import Staff, Unit

call_command("migrate", run_syncdb=True, verbosity=0)
people = int(sys.argv[1])
with transaction.atomic():
    units = [Unit.objects.create(name=f"Birim {number:02}") for number in range(40)]
    rows = (
        Staff(
            registry_no=str(1000 + number),
            name=f"Ad{number * 7919 % 997:03} Soyad{number:06}",
            unit=units[number % 40],
            title=f"Unvan {number % 12}",
            email=f"ad.soyad{number}@ornekova.bel.tr",
            state="left" if number % 50 == 0 else "active",
            started_on=f"{2005 + number % 20}-{1 + number % 12:02}-{1 + number % 28:02}",
        )
        for number in range(people)
    )
    Staff.objects.bulk_create(rows, batch_size=2000)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
user = get_user_model().objects.create_superuser("yonetici", "y@example.org", "olcum")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(f"sessionid={session.session_key}")
