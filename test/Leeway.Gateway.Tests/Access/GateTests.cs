using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Tests.Access;

/// <summary>The gate by itself: what it costs, and that its memory of credentials is never trusted too long.</summary>
public sealed class GateTests : IDisposable
{
    private readonly ShiftedClock _clock = new();
    private readonly SystemRandomSource _random = new();
    private readonly KeyRing _ring = new(new NoStore(), []);
    private readonly KeyIssuer _issuer;
    private readonly Gate _gate;

    public GateTests()
    {
        _issuer = new KeyIssuer(_ring, new IdSource(_clock, _random), _random, _clock);
        _gate = new Gate(_ring, exposed: true, new DefaultConfig(), _clock);
    }

    public void Dispose() => _ring.Dispose();

    [Fact]
    public async Task A_credential_that_was_seen_costs_no_memory()
    {
        IHeaderDictionary headers = Bearer(await IssueAsync());
        Assert.NotNull(_gate.Admit(headers, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _gate.Admit(headers, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task One_caller_is_one_object()
    {
        string secret = await IssueAsync();
        Principal first = _gate.Admit(Bearer(secret), out _)!;

        Assert.Same(first, _gate.Admit(Bearer(new string(secret)), out _));
        Assert.Same(first, _gate.Admit(new HeaderDictionary { ["x-api-key"] = secret }, out _));
        Assert.Equal(first.Key!.Id.ToString(), first.Label);
    }

    [Fact]
    public async Task What_is_remembered_ends_with_the_key()
    {
        var draft = new KeyDraft("tests", "blue", [], null, _clock.GetUtcNow().AddHours(1));
        (VirtualKey key, string secret) = await _issuer.CreateAsync(draft, TestContext.Current.CancellationToken);
        IHeaderDictionary headers = Bearer(secret);
        Assert.NotNull(_gate.Admit(headers, out _));

        // 1. Rotated without overlap.
        (_, string? next) = await _issuer.RotateAsync(key.Id, _clock.GetUtcNow(), TestContext.Current.CancellationToken);
        AssertRefused(headers, "was replaced by");
        IHeaderDictionary rotated = Bearer(next!);
        Assert.NotNull(_gate.Admit(rotated, out _));

        // 2. Expired, without anything having changed.
        _clock.Forward(TimeSpan.FromHours(1));
        AssertRefused(rotated, "expired at");

        // 3. Revoked.
        await _issuer.RevokeAsync(key.Id, TestContext.Current.CancellationToken);
        AssertRefused(rotated, "was revoked at");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(46)]
    public async Task A_letter_changed_anywhere_is_another_key(int position)
    {
        string secret = await IssueAsync();
        char[] changed = secret.ToCharArray();
        changed[position] = changed[position] == 'A' ? 'B' : 'A';
        Assert.NotNull(_gate.Admit(Bearer(secret), out _));

        AssertRefused(Bearer(new string(changed)), "none of this gateway's");
    }

    [Fact]
    public async Task Secrets_have_256_bits_of_the_given_randomness()
    {
        string one = SecretText.New(new SeededRandomSource(1));

        Assert.Equal(one, SecretText.New(new SeededRandomSource(1)));
        Assert.NotEqual(one, SecretText.New(new SeededRandomSource(2)));
        Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(one.AsSpan(4)).Length);
        Assert.Equal(100, (await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => IssueAsync()))).Distinct().Count());
    }

    private async Task<string> IssueAsync() =>
        (await _issuer.CreateAsync(new KeyDraft("tests", "blue", [], null, null), TestContext.Current.CancellationToken)).Secret;

    private void AssertRefused(IHeaderDictionary headers, string said)
    {
        Assert.Null(_gate.Admit(headers, out Problem? problem));
        Assert.Equal("invalid_api_key", problem!.Code);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    private static HeaderDictionary Bearer(string secret) => new() { ["Authorization"] = $"Bearer {secret}" };

    private sealed class DefaultConfig : IConfigSource
    {
        public LeewayConfig Current { get; } = new();

        public event Action<LeewayConfig>? Changed
        {
            add { }
            remove { }
        }
    }

    internal sealed class NoStore : IKeyStore
    {
        public Task<IReadOnlyList<VirtualKey>> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<VirtualKey>>([]);

        public Task AddAsync(VirtualKey key, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task UpdateAsync(VirtualKey key, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task NoteUseAsync(IReadOnlyList<(KeyId Key, DateTimeOffset At)> uses, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
