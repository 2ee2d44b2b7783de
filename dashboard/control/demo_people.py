"""The people of a demo: who can be signed in as where the data is invented, and nowhere else."""

from dashboard.access.roles import Role
from dashboard.control.people import DemoPerson

DEMO_PEOPLE = (
    DemoPerson(id="demo-executive", name="Elena Ferrari", role=Role.EXECUTIVE,
        sentence="Reads how the platform does and why a number moved; changes nothing."),
    DemoPerson(id="demo-reviewer", name="Ravi Menon", role=Role.REVIEWER,
        sentence="Decides cases of the moderation queue, one at a time."),
    DemoPerson(id="demo-senior-reviewer", name="Sofia Lindqvist", role=Role.SENIOR_REVIEWER,
        sentence="Overturns decisions and is the second pair of eyes on a geofence."),
    DemoPerson(id="demo-engineer", name="Kenji Mori", role=Role.RANKING_ENGINEER,
        sentence="Proposes changes of ranking and geofences, and stops what they proposed."),
    DemoPerson(id="demo-operator", name="Olu Adeyemi", role=Role.OPERATOR,
        sentence="On call: tightens in an emergency, proposes, and stops anything."),
    DemoPerson(id="demo-approver", name="Ana Pereira", role=Role.APPROVER,
        sentence="Approves and applies what others proposed."),
    DemoPerson(id="demo-second-approver", name="Ben Carter", role=Role.APPROVER,
        sentence="The second approver of what touches more than ten million people."),
    DemoPerson(id="demo-administrator", name="Aisha Khan", role=Role.ADMINISTRATOR,
        sentence="Gives and takes roles, with a second administrator; decides nothing else."),
    DemoPerson(id="demo-auditor", name="Tom Weber", role=Role.AUDITOR,
        sentence="Reads everything that was done and tried, and checks that it still stands."),
)  # fmt: skip
"""Everybody, in the order that the sign-in page lists them."""
