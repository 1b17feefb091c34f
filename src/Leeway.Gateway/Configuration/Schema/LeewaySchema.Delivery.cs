namespace Leeway.Gateway.Configuration.Schema;

internal static partial class LeewaySchema
{
    private static RecordShape Delivery() => RecordShape.Of(
        () => new DeliveryConfig(),
        Field.Of("webhooks", Webhooks(), (DeliveryConfig c) => c.Webhooks, (c, v) => c with { Webhooks = v },
            "Signed calls to registered endpoints."),
        Field.Of("queues", QueueDelivery(), (DeliveryConfig c) => c.Queues, (c, v) => c with { Queues = v },
            "Results as messages to queues."),
        Field.Of("mail", Mail(), (DeliveryConfig c) => c.Mail, (c, v) => c with { Mail = v },
            "E-mail to registered addresses: what has ended, and a daily digest."));

    private static RecordShape Webhooks() => RecordShape.Of(
        () => new WebhooksConfig(),
        Field.Leaf("timeout", Kinds.Duration, (WebhooksConfig c) => c.Timeout, (c, v) => c with { Timeout = v },
            "For one attempt.", "10s"),
        Field.Of("schedule", Kinds.Durations, (WebhooksConfig c) => c.Schedule, (c, v) => c with { Schedule = v },
            "The wait before each attempt; the length of the list is the number of attempts.") with
        { Example = "1s" },
        Field.Leaf("allow_http", Kinds.Boolean, (WebhooksConfig c) => c.AllowHttp, (c, v) => c with { AllowHttp = v },
            "Whether an endpoint may be reached without TLS.", "true"),
        Field.Of("allow_private_networks", Kinds.Networks, (WebhooksConfig c) => c.AllowPrivateNetworks, (c, v) => c with { AllowPrivateNetworks = v },
            "Private networks that may be reached in spite of the guard.") with
        { Example = "10.1.0.0/16" },
        Field.Leaf("disable_after", Kinds.Count, (WebhooksConfig c) => c.DisableAfter, (c, v) => c with { DisableAfter = v },
            "Failed deliveries in a row after which an endpoint is switched off.", "20"));

    private static RecordShape Mail() => RecordShape.Of(
        () => new MailConfig(),
        Field.Leaf("host", Kinds.Text, (MailConfig c) => c.Host, (c, v) => c with { Host = v },
            "The SMTP server.", "smtp.example.com", unset: "no mail is sent"),
        Field.Leaf("port", Kinds.Port, (MailConfig c) => c.Port, (c, v) => c with { Port = v },
            "Its port.", "2525", unset: "587 with `starttls`, 465 with `tls`, 25 with `none`"),
        Field.Leaf("tls", Kinds.MailTls, (MailConfig c) => c.Tls, (c, v) => c with { Tls = v },
            "`starttls`: TLS before anything else is said, and a server without it is not used. `tls`: from the first byte. `none`: only to a server on this machine.", "tls"),
        Field.Leaf("ca", Kinds.Path, (MailConfig c) => c.Ca, (c, v) => c with { Ca = v },
            "A PEM file of authorities (or of the server's own certificate) that are trusted besides the system's.", "mail-ca.pem", unset: "the system's alone"),
        Field.Leaf("username", Kinds.Text, (MailConfig c) => c.Username, (c, v) => c with { Username = v },
            "Who signs in.", "leeway", unset: "nobody"),
        Field.Leaf("password", Kinds.Secret, (MailConfig c) => c.Password, (c, v) => c with { Password = v },
            "With which password.", "${env:SMTP_PASSWORD}", unset: "none"),
        Field.Leaf("from", Kinds.Mailbox, (MailConfig c) => c.From, (c, v) => c with { From = v },
            "The sender. The mail system reports to this address what it could not deliver.", "Leeway <leeway@example.com>", unset: "needed once `host` is set"),
        Field.Leaf("reply_to", Kinds.Mailbox, (MailConfig c) => c.ReplyTo, (c, v) => c with { ReplyTo = v },
            "Where answers go.", "ops@example.com", unset: "to `from`"),
        Field.Leaf("timeout", Kinds.Duration, (MailConfig c) => c.Timeout, (c, v) => c with { Timeout = v },
            "For one attempt.", "10s"),
        Field.Of("schedule", Kinds.Durations, (MailConfig c) => c.Schedule, (c, v) => c with { Schedule = v },
            "The wait before each attempt; the length of the list is the number of attempts.") with
        { Example = "1s" },
        Field.Leaf("disable_after", Kinds.Count, (MailConfig c) => c.DisableAfter, (c, v) => c with { DisableAfter = v },
            "Refusals in a row after which an address is switched off.", "3"),
        Field.Leaf("include_answers", Kinds.Boolean, (MailConfig c) => c.IncludeAnswers, (c, v) => c with { IncludeAnswers = v },
            "Whether the mail of a single request holds its answer or its error message. Otherwise no text of prompts or answers is in any mail.", "true"),
        Field.Of("digest", Digest(), (MailConfig c) => c.Digest, (c, v) => c with { Digest = v },
            "When addresses that asked for it (`leeway mail add --digest`) get the daily digest."));

    private static RecordShape Digest() => RecordShape.Of(
        () => new MailDigestConfig(),
        Field.Leaf("at", Kinds.TimeOfDay, (MailDigestConfig c) => c.At, (c, v) => c with { At = v },
            "The time of day.", "06:00"),
        Field.Leaf("tz", Kinds.TimeZone, (MailDigestConfig c) => c.Tz, (c, v) => c with { Tz = v },
            "An IANA zone, or `local` for the machine's.", "Europe/Berlin"));
}
