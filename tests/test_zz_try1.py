import pytest
from pathlib import Path
from menus.draft import read_draft, write_draft, read_line_file
from menus.linefile import read_yaml
from menus.models import *
from menus.publish import as_text
from tests.pages import form_of

@pytest.mark.parametrize("path", sorted(Path("/work/main/menus/demo").glob("*.yaml")), ids=lambda p: p.stem)
def test_same(path, admin_client):
    line = write_draft(read_yaml(path.read_bytes()))
    before = read_draft(line)
    rows = [*line.destinations.all(), *line.schedules.all()]
    for row in rows:
        kind = getattr(row, "kind", "schedule")
        url = f"/admin/menus/{kind}/{row.pk}/change/"
        page = admin_client.get(url)
        assert page.status_code == 200, url
        data = form_of(page.content.decode(), f"{kind}_form")
        answer = admin_client.post(url, data)
        if answer.status_code != 302:
            ctx = answer.context
            print(ctx["errors"], data)
        assert answer.status_code == 302, (url,)
    page = admin_client.get(line.get_absolute_url())
    data = form_of(page.content.decode(), "line_form")
    answer = admin_client.post(line.get_absolute_url(), data)
    assert answer.status_code == 302, answer.context["errors"]
    line = Line.objects.get(pk=line.pk)
    assert as_text(read_draft(line)) == as_text(before)
