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
