namespace Leeway.Gateway.Access;

/// <summary>Makes, rotates and revokes keys. A secret leaves here once, to be shown, and is not kept.</summary>
internal sealed class KeyIssuer(KeyRing ring, IdSource ids, IRandomSource random, TimeProvider clock)
{
    /// <summary>Makes a key.</summary>
    /// <returns>The key and its secret's text.</returns>
    public async Task<(VirtualKey Key, string Secret)> CreateAsync(KeyDraft draft, CancellationToken cancellationToken)
    {
        string secret = SecretText.New(random);
        var key = new VirtualKey
        {
            Id = new KeyId(ids.Next()),
            Team = draft.Team,
            Owner = draft.Owner,
            Secret = SecretText.Keep(secret),
            Models = draft.Models,
            DefaultWait = draft.DefaultWait,
            DefaultMail = draft.Mail,
            Budget = draft.Budget,
            CreatedAt = Now(),
            ExpiresAt = draft.ExpiresAt,
        };
        await ring.AddAsync(key, cancellationToken);
        return (key, secret);
    }

    /// <summary>
    /// Gives a key a new secret; the one before is accepted until <paramref name="until"/>, one before that no longer. Id, team and everything
    /// made with the key stay.
    /// </summary>
    /// <returns>The key and its new secret's text; no text when the key has ended; no key when there is none with this id.</returns>
    public async Task<(VirtualKey? Key, string? Secret)> RotateAsync(KeyId id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        string secret = SecretText.New(random);
        bool rotated = false;
        VirtualKey? key = await ring.ChangeAsync(
            id,
            before =>
            {
                rotated = before.IsActiveAt(clock.GetUtcNow());
                return rotated ? before with { Secret = SecretText.Keep(secret), Earlier = (before.Secret, until) } : before;
            },
            cancellationToken);
        return (key, rotated ? secret : null);
    }

    /// <summary>Sets what a key's calls may cost, from the next call on. What was spent in the period counts as before, unless its rhythm changes.</summary>
    /// <returns>The key, or null when there is none with this id.</returns>
    public Task<VirtualKey?> SetBudgetAsync(KeyId id, Budget? budget, CancellationToken cancellationToken) =>
        ring.ChangeAsync(id, before => before with { Budget = budget }, cancellationToken);

    /// <summary>Ends a key for every call that comes after this; calls under way finish. Repeating it changes nothing.</summary>
    /// <returns>The key, or null when there is none with this id.</returns>
    public Task<VirtualKey?> RevokeAsync(KeyId id, CancellationToken cancellationToken) =>
        ring.ChangeAsync(id, before => before with { RevokedAt = before.RevokedAt ?? Now() }, cancellationToken);

    // As the store keeps it.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
