"""Django's own list of people: 25 rows, two filters, search, as Belde's list has."""

from django.contrib import admin

from .models import Staff, Unit

admin.site.register(Unit)


@admin.register(Staff)
class StaffAdmin(admin.ModelAdmin):
    list_display = ["name", "registry_no", "unit", "title", "email", "state", "started_on"]
    list_filter = ["state", "unit"]
    search_fields = ["name", "registry_no"]
    ordering = ["name", "id"]
    list_per_page = 25
    list_select_related = ["unit"]
    # Without it Django counts the whole table once more for every page.
    show_full_result_count = False
