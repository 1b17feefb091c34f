using System.Net;
using System.Text.Json.Nodes;

namespace Leeway.Gateway.Configuration.Schema;

internal sealed record ListenKind : ScalarKind
{
    public override string Name => "an address with a port";

    public override string Example => "127.0.0.1:8080";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = ":[0-9]{1,5}$" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        return ListenAddress.TryParse(text, out ListenAddress address) ? address : null;
    }
}

/// <summary>An http or https address with nothing hidden in it: no user, no query, no fragment. A trailing slash is dropped.</summary>
internal sealed record UrlKind : ScalarKind
{
    public override string Name => "a URL";

    public override string Example => "http://localhost:8000/v1";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^https?://[^@?#]+$" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (text.Contains('\\') || !Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            why = "it must begin with https:// or http://";
            return null;
        }

        if (text.AsSpan().ContainsAny('@', '?', '#'))
        {
            why = "it must not carry a user, a query or a fragment";
            return null;
        }

        return url;
    }

    public override string Format(object value) => ((Uri)value).AbsoluteUri.TrimEnd('/');
}

internal sealed record CidrKind : ScalarKind
{
    public override string Name => "a network";

    public override string Example => "10.1.0.0/16";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "/[0-9]{1,3}$" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        return IPNetwork.TryParse(text, out IPNetwork network) ? network : null;
    }
}

/// <summary>A place in an object storage: a scheme that the product knows, a bucket and perhaps a prefix.</summary>
internal sealed record ObjectPlaceKind : ScalarKind
{
    private static readonly string[] s_schemes = ["s3", "gs", "az", "file"];

    public override string Name => "an address such as s3://bucket/prefix";

    public override string Example => "s3://my-bucket/leeway";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^(s3|gs|az|file)://" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? place) || !s_schemes.Contains(place.Scheme))
        {
            why = "it begins with none of s3://, gs://, az:// and file://";
            return null;
        }

        if (place.Query.Length > 0 || place.Fragment.Length > 0 || place.UserInfo.Length > 0)
        {
            why = "it holds more than a bucket and a prefix";
            return null;
        }

        if (place.Scheme != "file" && place.Host.Length == 0)
        {
            why = "it names no bucket";
            return null;
        }

        return place;
    }
}

/// <summary>A mail address, perhaps with a name before it.</summary>
internal sealed record MailboxKind : ScalarKind
{
    public override string Name => "a mail address";

    public override string Example => "Leeway <leeway@example.com>";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "[^@]@[^@]+$" };

    public override object? Parse(string text, out string why)
    {
        why = Mailbox.TryParse(text, out Mailbox? mailbox) ?? "";
        return mailbox;
    }
}
