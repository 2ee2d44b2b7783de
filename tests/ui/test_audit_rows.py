"""What a row of the audit changed is told before the whole of what stood before and after."""

from dashboard.ui.audit import differing


def test_what_changed_is_told_field_by_field() -> None:
    before = '{"content": {"places": ["FR"], "title": "Riots"}, "state": "draft"}'
    after = '{"content": {"places": ["DE"], "title": "Riots"}, "state": "live", "revision": 1}'
    assert differing(before, after) == [
        'content.places ["FR"] → ["DE"]',
        'state "draft" → "live"',
        "revision nothing → 1",
    ]


def test_what_had_no_state_before_is_shown_whole_alone() -> None:
    assert differing("null", '{"state": "draft"}') == []
    assert differing("1", "2") == []
