"""The tutorial's dialogue over HTTP, word for word, and what each call comes to."""
import pytest
from tests import lines
from tests.door import *
pytestmark = pytest.mark.django_db

def test_x():
    door = Door()
    lines.publish(lines.tutorial())
    phone = door.telephone()
    print(said(phone.ring()))
    print(said(phone.press("1")))
    phone.talk_with_target()
    print(settled(phone.uuid).outcome)
    lines.publish(lines.office(), "441632960961")
    p = door.telephone("441632960961")
    for k in ("0","1","2","3","4","5","6","7","88","*","9"):
        p = door.telephone("441632960961")
        p.ring()
        print(k, said(p.press(k)), [v.outcome for v in settled(p.uuid).visits.all()])
        p.hang_up()
        print(k, settled(p.uuid).outcome, [(v.destination,v.outcome) for v in settled(p.uuid).visits.all()])
