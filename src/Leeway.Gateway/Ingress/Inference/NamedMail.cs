using Leeway.Delivery.Mail;
using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// Whom a call that may wait wants told by mail: the registered address that <c>Leeway-Mail</c> names, else the key's default. An address
/// itself is never taken from a call, in no place, so that no key can send mail to strangers.
/// </summary>
internal sealed class NamedMail(IMailStore mails, IConfigSource config)
{
    /// <summary>The header that names an address by its id.</summary>
    public const string Header = "Leeway-Mail";

    /// <summary>What turns a key's default off.</summary>
    public const string Nobody = "none";

    /// <summary>The address's id; null for nobody.</summary>
    public async Task<(MailId? Mail, Problem? Problem)> FindAsync(IHeaderDictionary headers, Principal caller, CancellationToken cancellationToken)
    {
        bool sends = config.Current.Delivery.Mail.Host is not null;
        if (!headers.TryGetValue(Header, out StringValues values))
        {
            return (sends ? caller.Key?.DefaultMail : null, null);
        }

        string text = values.ToString();
        if (text == Nobody)
        {
            return (null, null);
        }

        if (!sends)
        {
            return (null, NotConfigured("Nothing was queued.", Header));
        }

        return MailId.TryParse(text, out MailId id) && await mails.FindAsync(id, cancellationToken) is { } endpoint && endpoint.Team == caller.Team
            ? (id, null)
            : (null, new Problem
            {
                Code = "mail_not_found",
                Message = $"{Header} names no registered address of this team: '{Short.Of(text)}'.",
                Field = Header,
                Value = Short.Of(text),
                Remedy = "Have one registered with `leeway mail add ADDRESS` and send its id (mail_…), not an address. Nothing was queued.",
            });
    }

    /// <summary>Whom a request that ends is to tell.</summary>
    public static DeliveryTarget[] Targets(MailId? mail) => mail is { } id ? [MailChannel.TargetOf(id)] : [];

    /// <summary>The refusal where no server is configured.</summary>
    public static Problem NotConfigured(string remedy, string? field = null) => new()
    {
        Code = "mail_not_configured",
        Message = "This gateway sends no mail: delivery.mail.host is not set.",
        Field = field,
        Remedy = $"Have delivery.mail configured (docs/mail.md). {remedy}",
    };
}
