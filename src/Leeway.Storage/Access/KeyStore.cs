using Leeway.Storage.Sql;

namespace Leeway.Storage.Access;

/// <summary>Virtual keys.</summary>
internal sealed class KeyStore(Writer writer, ReadPool reads, InternedTeams teams) : IKeyStore
{
    // No model's name holds one: it would end the line of a header.
    private const char Separator = '\n';

    /// <inheritdoc/>
    public Task<IReadOnlyList<VirtualKey>> LoadAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(teams, static (session, teams) =>
        {
            var found = new List<VirtualKey>();
            Statement row = session.Read(KeySql.Load);
            while (row.Next())
            {
                found.Add(Key(session, row, teams));
            }

            return (IReadOnlyList<VirtualKey>)found;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task AddAsync(VirtualKey key, CancellationToken cancellationToken) => WriteAsync(KeySql.Insert, key, cancellationToken);

    /// <inheritdoc/>
    public Task UpdateAsync(VirtualKey key, CancellationToken cancellationToken) => WriteAsync(KeySql.Update, key, cancellationToken);

    /// <inheritdoc/>
    public Task NoteUseAsync(IReadOnlyList<(KeyId Key, DateTimeOffset At)> uses, CancellationToken cancellationToken) =>
        writer.WriteAsync(uses, static (session, uses) =>
        {
            foreach ((KeyId key, DateTimeOffset at) in uses)
            {
                session.Write(KeySql.NoteUse).With(key.Value).With(at).Run();
            }
        }, cancellationToken);

    private Task WriteAsync(string sql, VirtualKey key, CancellationToken cancellationToken) =>
        writer.WriteAsync((sql, key, teams), static (session, state) =>
        {
            session.Hint(StorageHint.Keys);
            session.Write(state.sql)
                .With(state.key.Id.Value)
                .With(state.teams.Number(session, state.key.Team))
                .With(state.key.Owner)
                .With(state.key.Secret.Hash.Span)
                .With(state.key.Secret.Hint)
                .With(state.key.Earlier?.Secret.Hash.ToArray())
                .With(state.key.Earlier?.Secret.Hint)
                .With(state.key.Earlier?.Until)
                .With(state.key.Models.Count == 0 ? null : string.Join(Separator, state.key.Models))
                .With(state.key.DefaultWait)
                .With(state.key.CreatedAt)
                .With(state.key.ExpiresAt)
                .With(state.key.RevokedAt)
                .With(state.key.LastUsedAt)
                .With(state.key.DefaultMail?.Value)
                .With(state.key.Budget?.ToString())
                .Run();
        }, cancellationToken);

    private static VirtualKey Key(Session session, Statement row, InternedTeams teams) => new()
    {
        Id = new KeyId(row.Id()),
        Team = teams.Value(session, row.Int64()),
        Owner = row.Text(),
        Secret = new KeySecret(row.Bytes(), row.Text()),
        Earlier = Earlier(row.BytesOrNull(), row.TextOrNull(), row.InstantOrNull()),
        Models = row.TextOrNull()?.Split(Separator) ?? [],
        DefaultWait = row.TextOrNull(),
        CreatedAt = row.Instant(),
        ExpiresAt = row.InstantOrNull(),
        RevokedAt = row.InstantOrNull(),
        LastUsedAt = row.InstantOrNull(),
        DefaultMail = row.IdOrNull() is { } mail ? new MailId(mail) : null,
        Budget = Budget(row.TextOrNull()),
    };

    // A bound that cannot be read must not become none.
    private static Budget? Budget(string? text) =>
        text is null ? null : Leeway.Budget.Parse(text) ?? throw new InvalidOperationException($"A key has the budget '{text}', which this version does not understand.");

    private static (KeySecret, DateTimeOffset)? Earlier(byte[]? hash, string? hint, DateTimeOffset? until) =>
        hash is not null && hint is not null && until is { } at ? (new KeySecret(hash, hint), at) : null;
}
