using System.Net;
using Leeway.Gateway.Configuration.Reading;

namespace Leeway.Gateway.Configuration;

internal sealed partial class ConfigValidator
{
    private void CheckMail(MailConfig mail)
    {
        if (mail.Host is null)
        {
            if (mail.From is not null || mail.Username is not null)
            {
                Error(["delivery.mail.host", mail.From is null ? "delivery.mail.username" : "delivery.mail.from"], "is missing, so no mail is sent", "name the SMTP server, or remove delivery.mail");
            }

            return;
        }

        if (mail.Host.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '_')))
        {
            Error(["delivery.mail.host"], $"'{ConfigPath.Visible(mail.Host)}' is not a host name", "write the name alone, e.g. smtp.example.com; the port is delivery.mail.port");
        }

        if (mail.From is null)
        {
            Error(["delivery.mail.from", "delivery.mail.host"], "is missing, and no server takes mail without a sender", "write an address whose mailbox somebody reads, e.g. Leeway <leeway@example.com>");
        }

        if (mail.Tls == MailTls.None && !IsThisMachine(mail.Host))
        {
            Error(["delivery.mail.tls"], $"none would send mail to {mail.Host} in the clear", "use starttls or tls; none is for a server on 127.0.0.1, ::1 or localhost");
        }

        if ((mail.Username is null) != (mail.Password is null))
        {
            string missing = mail.Username is null ? "username" : "password";
            Error([$"delivery.mail.{missing}", mail.Username is null ? "delivery.mail.password" : "delivery.mail.username"], "is missing while the other one is set", "set both, or neither for a server that asks for none");
        }

        if (mail.Schedule.Count == 0)
        {
            Error(["delivery.mail.schedule"], "is empty, so nothing would ever be sent", "write [0s] for a single attempt");
        }

        if (mail.Ca is { } file && !File.Exists(file))
        {
            Error(["delivery.mail.ca"], $"the file {ConfigPath.Visible(file)} is not there", "name a PEM file, or remove delivery.mail.ca");
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
