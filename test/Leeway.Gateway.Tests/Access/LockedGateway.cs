using System.Security.Cryptography;
using System.Text;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Access;

/// <summary>A gateway with two keys, an admin token, and credentials that are almost one of them.</summary>
public sealed class LockedGateway : IAsyncLifetime
{
    public const string AdminToken = "the-operators-token-of-this-test";

    private TestGateway? _gateway;

    internal TestGateway Gateway => _gateway!;

    internal MadeKey Key { get; private set; } = null!;

    internal MadeKey Other { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(TestGateway.Eager, server: $"admin_token: \"{AdminToken}\"");
        Gateway.Admin.DefaultRequestHeaders.Authorization = new("Bearer", AdminToken);
        Key = await Gateway.MakeKeyAsync();
        Other = await Gateway.MakeKeyAsync("red");
    }

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    /// <summary>Replaces the names of credentials by what they stand for.</summary>
    internal string Fill(string text) => text
        .Replace("{key}", Key.Secret, StringComparison.Ordinal)
        .Replace("{other}", Other.Secret, StringComparison.Ordinal)
        .Replace("{id}", Key.Id, StringComparison.Ordinal)
        .Replace("{hint}", Key.Shown.GetProperty("hint").GetString(), StringComparison.Ordinal)
        .Replace("{upper}", Key.Secret.ToUpperInvariant(), StringComparison.Ordinal)
        .Replace("{start}", Key.Secret[..20], StringComparison.Ordinal)
        .Replace("{likeness}", Key.Secret[..20] + Other.Secret[20..], StringComparison.Ordinal)
        .Replace("{cut}", Key.Secret[..^1], StringComparison.Ordinal)
        .Replace("{hash}", Convert.ToHexStringLower(Hash()), StringComparison.Ordinal)
        .Replace("{hash64}", "lwk_" + System.Buffers.Text.Base64Url.EncodeToString(Hash()), StringComparison.Ordinal)
        .Replace("{admin}", AdminToken, StringComparison.Ordinal)
        .Replace("{long}", new string('a', 30_000), StringComparison.Ordinal);

    /// <summary>Calls the provider has answered, and requests that were taken in.</summary>
    internal async Task<(long Calls, int Queued)> TracesAsync()
    {
        SandboxLedgerSnapshot books = await Gateway.Sandbox.ReadLedgerAsync();
        return (books.Requests, AccessBench.Json(await Gateway.Admin.GetStringAsync("/admin/queue")).GetProperty("open").GetInt32());
    }

    private byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Key.Secret));
}
