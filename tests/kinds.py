"""A line with each kind that asks, decides or does something, every field of them filled in."""

from __future__ import annotations

from typing import Final

from menus.draft import write_draft
from menus.linefile import read_yaml
from menus.models import AllowedHost, Line, LookupTable, NumberList
from tests import lines

UTILITIES: Final = """\
format: 1
name: Mapleton City Utilities
numbers: ["12025550131", "12025550132"]
timezone: America/Chicago
languages:
  - {key: en, name: English}
  - {key: es, name: Español, voice: {language: es-US}, recognition: es-MX}
start: main
operator: desk
remember_language_days: 90
type_ahead: true
schedules:
  office: {name: Office hours, weekly: {mon: ["08:00-17:00"]}, holidays: [{name: Christmas, when: 12-25}]}
destinations:
  main:
    kind: menu
    label: Main menu
    greeting: {en: "Mapleton City Utilities.", es: "Servicios de Mapleton."}
    speech: true
    confirm_below: 60
    options:
      - {key: bill, digits: "1", label: Your bill, to: account, words: {en: For your bill, es: Para su factura},
         phrases: {en: [billing, my bill, "pay, please"], es: [factura, mi cuenta]}}
      - {key: person, digits: "2", label: A person, to: calls, words: {en: For a person, es: Para una persona}}
  account:
    kind: collect
    label: Account number
    prompt: {en: "Please enter your account number.", es: "Marque su número de cuenta."}
    short_prompt: {en: "Your account number, please.", es: "Su número de cuenta."}
    value: account
    min_digits: 8
    max_digits: 8
    allowed: ["48210000-48219999", "48230000"]
    check_digit: luhn
    country: US
    cancel_key: "*"
    cancel: main
    first_wait_seconds: 30
    read_back: true
    confirm: {en: "{account}. Press 1 if that is right, or 2.", es: "{account}. Marque 1 o 2."}
    no_input: {tries: 2, first: {en: "Are you there?", es: "¿Sigue ahí?"}, then: desk}
    no_match: {tries: 2, first: {en: "That was not an account number."}, then: desk}
    max_failures: 3
    failures_then: desk
    then: look
  amount: {kind: collect, label: Amount, prompt: {en: How much?, es: ¿Cuánto?}, value: amount, asks: amount, low: 1,
           high: 500, cents: true, then: desk}
  look:
    kind: lookup
    label: Balance
    source: {type: table, table: accounts, key: "{account}"}
    values: [{value: balance, field: balance}, {value: due, field: due_date, says: date}]
    found: say
    not_found: account
    failed: desk
  ask-billing:
    kind: lookup
    label: Ask billing
    source:
      type: http
      method: POST
      url: "https://api.example.com/accounts/{account}"
      headers: {Accept: application/json, Authorization: "Bearer {secret:BILLING}"}
      send: {id: "{account}"}
      found_field: account.id
    values: [{value: balance, field: account.balance, says: digits}]
    hold: {en: "One moment, please.", es: "Un momento."}
    found: say
    not_found: account
    failed: desk
    locked: desk
  say: {kind: message, label: Say the balance, prompt: {en: "You owe {balance}.", es: "Debe {balance}."}, then: who}
  who:
    kind: branch
    label: Who is it?
    rules:
      - {key: regular, label: Regular customers, lists: [regular, large], to: desk}
      - {key: large, label: Large amount, value: amount, low: "100", high: "500", to: desk}
      - {key: gold, value: level, equals: [gold, "silver, old"], pattern: "g*", to: desk}
      - {key: abroad, label: Spanish from abroad, prefixes: ["+44", "1202"], languages: [es], dialled: ["12025550132"],
         to: calls}
      - {key: closed, label: When closed, schedule: office, opening: closed, to: calls}
      - {key: trial, label: One in five, percent: 20, to: calls}
    otherwise: main
  calls:
    kind: callback
    label: We call you
    prompt: {en: "We will gladly call you back.", es: "Con gusto le llamaremos."}
    schedule: office
    window_hours: 3
    windows: 4
    notice_minutes: 60
    country: US
    team: Billing
    done: {en: "We call you {window}.", es: "Le llamamos {window}."}
    no_input: {then: desk}
    no_match: {then: desk}
    then: bye
  snow:
    kind: switch
    label: Snow day
    switch: message
    hours: 6
    hours_value: hours
    words: {en: "We are closed because of snow.", es: "Cerrado por nieve."}
    then: main
    failed: desk
  desk: {kind: transfer, label: Front desk, targets: [{type: phone, number: "12025550121"}], last_resort: bye}
  bye: {kind: hangup, label: Goodbye, goodbye: {en: "Goodbye.", es: "Adiós."}}
"""
KINDS: Final = ("collect", "lookup", "branch", "callback", "setswitch")


def utilities() -> Line:
    """A line of all kinds, with a table, two lists and one allowed host."""
    lines.forget()
    LookupTable.objects.create(key="accounts", name="Accounts", key_name="account", columns=["balance", "due_date"])
    NumberList.objects.create(key="regular", name="Regular customers")
    NumberList.objects.create(key="large", name="Large customers")
    AllowedHost.objects.create(host="api.example.com")
    return write_draft(read_yaml(UTILITIES))
