using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Leeway.Adapters.Smtp;

/// <summary>
/// Whether a server's certificate is trusted: by the system, or by the certificates in <paramref name="ca"/>. Says in words why it is not.
/// </summary>
internal sealed class ServerTrust(string host, string? ca)
{
    private const string Names = "2.5.29.17";

    /// <summary>Why the last certificate was refused, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>For MailKit.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = null;
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is not X509Certificate2 presented)
        {
            Problem = $"{host} shows no certificate.";
        }
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            Problem = $"The certificate of {host} is for another name ({NamesOf(presented)}). Write that name as delivery.mail.host, or have the certificate changed.";
        }
        else
        {
            Problem = CheckChain(presented, chain);
        }

        return Problem is null;
    }

    private string? CheckChain(X509Certificate2 presented, X509Chain? chain)
    {
        if (ca is null)
        {
            return $"The certificate of {host} is not trusted: {Describe(chain)}. Name the file of its authority in delivery.mail.ca, or have the certificate changed.";
        }

        try
        {
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.CustomTrustStore.ImportFromPemFile(ca);
            foreach (X509ChainElement element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            {
                own.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            return own.Build(presented) ? null : $"The certificate of {host} is not trusted, and those in delivery.mail.ca ({ca}) do not vouch for it: {Describe(own)}.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"delivery.mail.ca ({ca}) cannot be read: {e.Message}";
        }
    }

    private static string Describe(X509Chain? chain) => chain is null || chain.ChainStatus.Length == 0
        ? "its chain could not be built"
        : string.Join(", ", chain.ChainStatus.Select(status => status.Status switch
        {
            X509ChainStatusFlags.UntrustedRoot => "nobody known vouches for it (untrusted root)",
            X509ChainStatusFlags.PartialChain => "its authority is not known (partial chain)",
            X509ChainStatusFlags.NotTimeValid => "it has expired or is not yet valid",
            _ => status.Status.ToString(),
        }).Distinct());

    private static string NamesOf(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault(extension => extension.Oid?.Value == Names);
        string all = string.Join(", ", names?.EnumerateDnsNames() ?? []);
        return all.Length > 0 ? all : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }
}
