using System.Text.Json;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>The body that registers a mail address: <c>{"address":"ops@example.com","team":"research","digest":true}</c>; only the address is needed.</summary>
internal sealed record MailBody(string Address, string Team, bool Digest)
{
    private const string Remedy = "Send {\"address\":\"name@example.com\"}, and \"team\" and \"digest\" if you like. Nothing was registered.";

    public static async Task<(MailBody? Body, Problem? Problem)> ReadAsync(HttpContext context)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, Remedy, mayBeMissing: false, "address", "team", "digest");
        return problem is null ? Read(root) : (null, problem);
    }

    /// <summary>A member that is true or false; false when it is absent.</summary>
    public static bool Flag(JsonElement root, string name, string remedy, out Problem? problem)
    {
        problem = null;
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return false;
        }

        problem = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : AdminBody.Bad(name, $"The member '{name}' must be true or false, not {AdminBody.Kind(value)}.", remedy);
        return value.ValueKind == JsonValueKind.True;
    }

    private static (MailBody?, Problem?) Read(JsonElement root)
    {
        string? address = AdminBody.Text(root, "address", Remedy, out Problem? badAddress);
        string team = AdminBody.Text(root, "team", Remedy, out Problem? badTeam) ?? Teams.Default;
        bool digest = Flag(root, "digest", Remedy, out Problem? badDigest);
        Problem? problem = badAddress ?? CheckAddress(address) ?? badTeam ?? KeyBody.CheckTeam(team, Remedy) ?? badDigest;
        return problem is null ? (new MailBody(address!, team, digest), null) : (null, problem);
    }

    private static Problem? CheckAddress(string? address) => Mailbox.IsAddress(address, out string why) ? null : new Problem
    {
        Code = "mail_address_invalid",
        Field = "address",
        Value = Short.Of(address ?? ""),
        Message = $"address '{Short.Of(address ?? "")}' is refused: {why}.",
        Remedy = Remedy,
    };
}
