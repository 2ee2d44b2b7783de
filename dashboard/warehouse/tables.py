"""The data contract: every table the product reads, its columns, types, units, grain and meaning.

It drives the checks of ingest, the scoped relations that queries read, and the documentation.
"""

from dataclasses import replace

from dashboard.warehouse.contract import Column, Kind, Rule, Table, Trait

# Kept in lines that read like a table's own.
# fmt: off
_COUNTRY = Column("country", Kind.TEXT, "ISO 3166-1 alpha-2 code; ZZ where unknown")
_COUNTRY_IS_A_CODE = Rule(
    "country is two capital letters", "regexp_full_match(country, '[A-Z][A-Z]')",
    "country is not two capital letters, as in IN",
)
_RECORDED = Column("recorded_at", Kind.INSTANT, "when this was written down", "UTC")


def _not_negative(*names: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(f"{name} is not negative", f"coalesce({name}, 0) >= 0", f"{name} is negative")
        for name in names
    )


def _of_our_time(name: str) -> Rule:
    """A slip of the keyboard must not move the platform's now by centuries."""
    return Rule(
        f"{name} lies between 1970 and 2100",
        f"{name} >= '1970-01-01' and {name} < '2100-01-01'",
        f"{name} lies before 1970 or after 2099",
    )


USER_DAYS = Table(
    "user_days",
    "What each person did on each day.",
    "one row per day, person, country and platform",
    ("day", "person_id", "country", "platform"),
    (
        Column("day", Kind.DAY, "calendar day in the warehouse's reporting time zone"),
        Column("person_id", Kind.PERSON, "the person, by any permanent id"),
        _COUNTRY,
        Column("platform", Kind.TEXT, "ios, android, web or another lower-case name"),
        Column("views", Kind.WHOLE, "videos watched for at least a second; at least one makes the "
               "person active that day", "videos"),
        Column("watch_seconds", Kind.NUMBER, "time spent watching", "seconds"),
        Column("sessions", Kind.WHOLE, "times the app was opened", "sessions"),
        Column("subdivision", Kind.TEXT, "ISO 3166-2 code", required=False),
        Column("app", Kind.TEXT, "app name and version", required=False),
        Column("language", Kind.TEXT, "BCP 47 language of the app", required=False),
    ),
    event="day",
    country="country",
    platform="platform",
    rules=(
        _of_our_time("day"),
        _COUNTRY_IS_A_CODE,
        Rule("platform is a lower-case name",
             "regexp_full_match(platform, '[a-z0-9][a-z0-9 _.-]*')",
             "platform is not a lower-case name, as in android"),
        *_not_negative("views", "watch_seconds", "sessions"),
        Rule("watch_seconds fit the day", "watch_seconds <= 90000",
             "watch_seconds are more than the 90,000 that the longest day has"),
    ),
)

UPLOADS = Table(
    "uploads",
    "Videos from the start of their upload to their first hundred views.",
    "one row per video",
    ("video_id",),
    (
        Column("video_id", Kind.TEXT, "the video"),
        Column("creator_id", Kind.PERSON, "the person who uploaded it"),
        Column("uploaded_at", Kind.INSTANT, "when the upload began", "UTC"),
        Column("published_at", Kind.INSTANT, "when it could first be seen", "UTC", required=False,
               known_from="published_at"),
        Column("first_100_views_at", Kind.INSTANT, "when its hundredth view happened", "UTC",
               required=False, known_from="first_100_views_at"),
        Column("removed_at", Kind.INSTANT, "when it was taken down", "UTC", required=False,
               known_from="removed_at"),
        _COUNTRY,
        Column("language", Kind.TEXT, "BCP 47 language spoken or written", required=False),
        Column("category", Kind.TEXT, "subject of the video", required=False),
        Column("hashtags", Kind.TEXTS, "hashtags without the sign", required=False),
        Column("duration_seconds", Kind.NUMBER, "length of the video", "seconds"),
    ),
    event="uploaded_at",
    country="country",
    rules=(
        _of_our_time("uploaded_at"),
        _COUNTRY_IS_A_CODE,
        *_not_negative("duration_seconds"),
        Rule("published after uploaded", "coalesce(published_at >= uploaded_at, true)",
             "published_at lies before uploaded_at"),
        Rule("first 100 views after published",
             "coalesce(first_100_views_at >= published_at, first_100_views_at is null)",
             "first_100_views_at lies before published_at, or published_at is missing"),
    ),
    derived=(
        (
            Column("state", Kind.TEXT, "processing, published or removed at the as-of instant"),
            "case when removed_at is not null then 'removed' "
            "when published_at is not null then 'published' else 'processing' end",
        ),
    ),
)

VIDEO_DAYS = Table(
    "video_days",
    "What each video received on each day.",
    "one row per video and day",
    ("video_id", "day"),
    (
        Column("video_id", Kind.TEXT, "the video"),
        Column("day", Kind.DAY, "calendar day in the reporting time zone"),
        _COUNTRY,
        Column("views", Kind.WHOLE, "times it was watched for at least a second", "views"),
        Column("watch_seconds", Kind.NUMBER, "time it was watched", "seconds"),
        Column("likes", Kind.WHOLE, "likes", "likes", required=False),
        Column("shares", Kind.WHOLE, "shares", "shares", required=False),
    ),
    event="day",
    country="country",
    rules=(
        _of_our_time("day"),
        _COUNTRY_IS_A_CODE,
        *_not_negative("views", "watch_seconds", "likes", "shares"),
    ),
)

COST_LINES = Table(
    "cost_lines",
    "Bills in the FinOps FOCUS form, versions 1.0 to 1.4.",
    "one row per line of a bill",
    ("billing_account_id", "billing_period_start", "service_provider_name"),
    (
        Column("billing_account_id", Kind.TEXT, "account billed", aliases=("BillingAccountId",)),
        Column("billing_period_start", Kind.INSTANT, "first instant of the bill", "UTC",
               aliases=("BillingPeriodStart",)),
        Column("billing_period_end", Kind.INSTANT, "first instant after the bill", "UTC",
               aliases=("BillingPeriodEnd",)),
        Column("charge_period_start", Kind.INSTANT, "first instant of the charge", "UTC",
               aliases=("ChargePeriodStart",)),
        Column("charge_period_end", Kind.INSTANT, "first instant after the charge", "UTC",
               aliases=("ChargePeriodEnd",)),
        Column("service_provider_name", Kind.TEXT, "who provides the service",
               aliases=("ServiceProviderName", "ProviderName", "PublisherName")),
        Column("service_name", Kind.TEXT, "name of the service", aliases=("ServiceName",)),
        Column("service_category", Kind.TEXT, "FOCUS service category",
               aliases=("ServiceCategory",)),
        Column("charge_category", Kind.TEXT, "Usage, Purchase, Tax, Credit or Adjustment",
               aliases=("ChargeCategory",)),
        Column("charge_class", Kind.TEXT, "Correction, on what mends an earlier bill",
               required=False, aliases=("ChargeClass",)),
        Column("charge_frequency", Kind.TEXT, "One-Time, Recurring or Usage-Based, as written",
               required=False, aliases=("ChargeFrequency",)),
        Column("charge_description", Kind.TEXT, "the provider's words", required=False,
               aliases=("ChargeDescription",)),
        Column("billed_cost", Kind.MONEY, "what the invoice asks for", "billing currency",
               aliases=("BilledCost",)),
        Column("effective_cost", Kind.MONEY, "amortised cost after discounts", "billing currency",
               aliases=("EffectiveCost",)),
        Column("list_cost", Kind.MONEY, "cost at list price", "billing currency", required=False,
               aliases=("ListCost",)),
        Column("contracted_cost", Kind.MONEY, "cost at the contracted price", "billing currency",
               required=False, aliases=("ContractedCost",)),
        Column("billing_currency", Kind.TEXT, "ISO 4217 code", aliases=("BillingCurrency",)),
        Column("pricing_quantity", Kind.NUMBER, "quantity priced", "pricing unit", required=False,
               aliases=("PricingQuantity",)),
        Column("pricing_unit", Kind.TEXT, "unit the quantity is in", required=False,
               aliases=("PricingUnit",)),
        Column("region_id", Kind.TEXT, "the provider's region", required=False,
               aliases=("RegionId", "Region")),
        Column("sub_account_id", Kind.TEXT, "account below the billed one", required=False,
               aliases=("SubAccountId",)),
        Column("sub_account_name", Kind.TEXT, "its name", required=False,
               aliases=("SubAccountName",)),
        Column("resource_id", Kind.TEXT, "what was used", required=False,
               aliases=("ResourceId",)),
        Column("invoice_id", Kind.TEXT, "invoice the line stands on, once there is one",
               required=False, aliases=("InvoiceId",)),
        Column("commitment_discount_status", Kind.TEXT, "Used or Unused, on commitments",
               required=False, aliases=("CommitmentDiscountStatus",)),
        Column("tags", Kind.TEXT, "key and value pairs as JSON", required=False,
               aliases=("Tags",)),
        Column("recorded_at", Kind.INSTANT, "when this was written down; the beginning of the "
               "charge where the bill does not say, since usage is metered as it happens", "UTC",
               required=False, default="charge_period_start"),
        Column("replaced_at", Kind.INSTANT, "from when a later statement of the same bill stands "
               "in its place; written by ingest", "UTC", required=False,
               known_from="replaced_at"),
    ),
    event="charge_period_start",
    recorded="recorded_at",
    rules=(
        _of_our_time("charge_period_start"),
        Rule("the charge period ends after it begins", "charge_period_end > charge_period_start",
             "charge_period_end does not lie after charge_period_start"),
        Rule("billing_currency is three letters",
             "regexp_full_match(billing_currency, '[A-Z]{3}')",
             "billing_currency is not three capital letters, as in USD"),
    ),
    replaces_group=True,
    kept_until="replaced_at",
    traits=(
        Trait("with a cost below zero", "effective_cost < 0 or billed_cost < 0"),
        Trait("that cost nothing", "effective_cost = 0 and billed_cost = 0"),
        Trait("charged by the hour",
              "charge_period_end <= charge_period_start + interval 1 hour"),
        Trait("charged by the day",
              "charge_period_end > charge_period_start + interval 1 hour and "
              "charge_period_end <= charge_period_start + interval 1 day"),
        Trait("charged for longer than a day",
              "charge_period_end > charge_period_start + interval 1 day"),
        Trait("whose charge_frequency is spelt otherwise than FOCUS has it",
              "charge_frequency not in ('One-Time', 'Recurring', 'Usage-Based')"),
        Trait("without tags", "tags is null"),
        Trait("without a region", "region_id is null"),
        Trait("in another currency than USD, which no figure counts",
              "billing_currency <> 'USD'"),
    ),
)

CHARGES = Table(
    "charges",
    "Lines of bills that begin together and are alike, summed: what the figures of cost are read "
    "from, so that they take as long for a few lines as for millions.",
    "one row per charge period and kind of charge, as it was written down and replaced",
    ("charge_period_start", "billing_account_id", "billing_period_start", "service_provider_name",
     "service_category", "service_name"),
    (
        *(
            replace(COST_LINES.column(name), aliases=(), default="")
            for name in (
                "billing_account_id", "billing_period_start", "billing_period_end",
                "charge_period_start", "charge_period_end", "service_provider_name",
                "service_name", "service_category", "charge_category", "billing_currency",
                "pricing_unit", "sub_account_id", "commitment_discount_status", "tags",
                "recorded_at", "replaced_at",
            )
        ),
        Column("lines", Kind.WHOLE, "lines of the bill", "lines"),
        Column("invoiced_lines", Kind.WHOLE, "those of them that stand on an invoice", "lines"),
        replace(COST_LINES.column("billed_cost"), aliases=()),
        replace(COST_LINES.column("effective_cost"), aliases=()),
        replace(COST_LINES.column("pricing_quantity"), aliases=()),
    ),
    event="charge_period_start",
    recorded="recorded_at",
    sum_of="cost_lines",
    sums=(
        ("lines", "count(*)"),
        ("invoiced_lines", "count(invoice_id)"),
        ("billed_cost", "sum(line.billed_cost)"),
        ("effective_cost", "sum(line.effective_cost)"),
        ("pricing_quantity", "sum(line.pricing_quantity)"),
    ),
)

REVENUE_LINES = Table(
    "revenue_lines",
    "Money that came in and went out, by stream.",
    "one row per day, country, stream, kind and certainty",
    ("day", "country", "stream", "kind", "certainty"),
    (
        Column("day", Kind.DAY, "calendar day in the reporting time zone"),
        _COUNTRY,
        Column("stream", Kind.TEXT, "advertising, gifts, commerce or another stream"),
        Column("kind", Kind.TEXT, "sale, refund or creator payout"),
        Column("certainty", Kind.TEXT, "booked or estimated"),
        Column("net_usd", Kind.MONEY, "amount, negative when it goes out", "USD"),
    ),
    event="day",
    country="country",
    rules=(
        _of_our_time("day"),
        _COUNTRY_IS_A_CODE,
        Rule("kind is known", "kind in ('sale', 'refund', 'creator payout')",
             "kind is not sale, refund or creator payout"),
        Rule("certainty is known", "certainty in ('booked', 'estimated')",
             "certainty is not booked or estimated"),
    ),
)

SERVICE_SAMPLES = Table(
    "service_samples",
    "Hourly measures of the platform's own services.",
    "one row per hour, service, measure, region and provider",
    ("sampled_at", "service", "measure", "region", "provider"),
    (
        Column("sampled_at", Kind.INSTANT, "start of the hour", "UTC"),
        Column("service", Kind.TEXT, "name of the service"),
        Column("measure", Kind.TEXT, "what is measured, with its unit in the name"),
        Column("region", Kind.TEXT, "region of the service"),
        Column("provider", Kind.TEXT, "who runs the machines"),
        Column("value", Kind.NUMBER, "the measure over that hour", "as the measure's name says"),
    ),
    event="sampled_at",
    rules=(
        _of_our_time("sampled_at"),
        Rule("value is a finite number", "isfinite(value)", "value is not a finite number"),
    ),
)

HEADCOUNT = Table(
    "headcount",
    "People employed, by team.",
    "one row per day and team",
    ("day", "team"),
    (
        Column("day", Kind.DAY, "day the count holds from"),
        Column("team", Kind.TEXT, "all, engineering, ai and ml, content safety, ..."),
        Column("people", Kind.WHOLE, "people employed", "people"),
        Column("source", Kind.TEXT, "where the count comes from"),
        _RECORDED,
    ),
    event="day",
    recorded="recorded_at",
    rules=_not_negative("people"),
)

INCIDENTS = Table(
    "incidents",
    "What went wrong, from when to when, and what was learned.",
    "one row per incident",
    ("incident_id",),
    (
        Column("incident_id", Kind.TEXT, "short name, kept for ever"),
        Column("title", Kind.TEXT, "what people call it"),
        Column("started_at", Kind.INSTANT, "when it began", "UTC"),
        Column("ended_at", Kind.INSTANT, "when it was over", "UTC", required=False,
               known_from="ended_at"),
        Column("countries", Kind.TEXTS, "countries it touched; none means all", required=False),
        Column("trigger", Kind.TEXT, "what set it off"),
        Column("impact", Kind.TEXT, "what people noticed"),
        Column("resolution", Kind.TEXT, "what ended it", required=False, known_from="ended_at"),
        Column("lesson", Kind.TEXT, "what was learned", required=False, known_from="ended_at"),
        Column("source", Kind.TEXT, "where the account comes from"),
        _RECORDED,
    ),
    event="started_at",
    recorded="recorded_at",
    countries="countries",
    rules=(Rule("ended after started", "coalesce(ended_at >= started_at, true)",
                "ended_at lies before started_at"),),
)

MILESTONES = Table(
    "milestones",
    "The platform's phases, features, growth drivers, stack and lessons.",
    "one row per milestone",
    ("milestone_id",),
    (
        Column("milestone_id", Kind.TEXT, "short name, kept for ever"),
        Column("kind", Kind.TEXT, "phase, feature, growth driver, challenge, stack or lesson"),
        Column("phase", Kind.TEXT, "phase it belongs to"),
        Column("since", Kind.DAY, "first day it holds"),
        Column("until", Kind.DAY, "first day it no longer holds", required=False,
               known_from="until"),
        Column("title", Kind.TEXT, "what people call it"),
        Column("detail", Kind.TEXT, "one sentence more", required=False),
        Column("source", Kind.TEXT, "where it comes from"),
    ),
    event="since",
    is_story=True,
    rules=(Rule("until after since", "coalesce(until >= since, true)",
                "until lies before since"),),
)

EVIDENCE = Table(
    "evidence",
    "Published claims, each with a grade; never a measurement.",
    "one row per claim",
    ("claim_id",),
    (
        Column("claim_id", Kind.TEXT, "short name, kept for ever"),
        Column("metric", Kind.TEXT, "what is claimed, named as our metric where we have it"),
        Column("scope", Kind.TEXT, "global, a country code or a region"),
        Column("period", Kind.TEXT, "period as published"),
        Column("since", Kind.DAY, "first day of the period"),
        Column("until", Kind.DAY, "first day after the period"),
        Column("value", Kind.NUMBER, "the figure claimed", required=False),
        Column("unit", Kind.TEXT, "unit of the figure"),
        Column("grade", Kind.TEXT, "A filing or announcement, B other definition, C estimate, "
               "D unreliable, S the platform's own story"),
        Column("source", Kind.TEXT, "who says so"),
        Column("note", Kind.TEXT, "what speaks for or against it", required=False),
        _RECORDED,
    ),
    event="since",
    recorded="recorded_at",
    rules=(Rule("grade is known", "grade in ('A', 'B', 'C', 'D', 'S')",
                "grade is not A, B, C, D or S"),),
)

SCALE = Table(
    "scale",
    "Named figures of the whole platform over time.",
    "one row per metric and day",
    ("metric", "day"),
    (
        Column("metric", Kind.TEXT, "countries, languages, downloads, creator_payouts_usd, ..."),
        Column("day", Kind.DAY, "day the figure holds from"),
        Column("value", Kind.NUMBER, "the figure", "as the metric's name says"),
        Column("unit", Kind.TEXT, "unit of the figure"),
        Column("source", Kind.TEXT, "where the figure comes from"),
    ),
    event="day",
)

APPLIED_CHANGES = Table(
    "applied_changes",
    "What the control plane put in force, and until when.",
    "one row per revision put in force",
    ("change_id", "revision"),
    (
        Column("change_id", Kind.TEXT, "the change document"),
        Column("revision", Kind.WHOLE, "its revision", "revisions"),
        Column("kind", Kind.TEXT, "geofence, ranking, freeze or another kind"),
        Column("title", Kind.TEXT, "what it does, in a line"),
        Column("applied_at", Kind.INSTANT, "from when it was in force", "UTC"),
        Column("ended_at", Kind.INSTANT, "from when it no longer was", "UTC", required=False,
               known_from="ended_at"),
        Column("countries", Kind.TEXTS, "countries it touches; none means all", required=False),
        Column("action", Kind.TEXT, "what it does there, such as block all", required=False),
        Column("content_hash", Kind.TEXT, "sha256 of its canonical content"),
    ),
    event="applied_at",
    countries="countries",
    rules=(Rule("ended after applied", "coalesce(ended_at >= applied_at, true)",
                "ended_at lies before applied_at"),),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        USER_DAYS, UPLOADS, VIDEO_DAYS, COST_LINES, CHARGES, REVENUE_LINES, SERVICE_SAMPLES,
        HEADCOUNT, INCIDENTS, MILESTONES, EVIDENCE, SCALE, APPLIED_CHANGES,
    )
}
TAKEN_IN = {name: table for name, table in TABLES.items() if not table.sum_of}
"""The tables that sources fill; ingest makes the others of these."""
