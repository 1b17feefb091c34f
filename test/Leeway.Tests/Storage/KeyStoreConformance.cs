using System.Data.Common;

namespace Leeway.Tests.Storage;

public abstract class KeyStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_key_is_read_back_as_it_was_written()
    {
        VirtualKey plain = Key(1);
        VirtualKey full = Key(2) with
        {
            Team = "blue",
            Models = ["gpt-4o*", "llama3:8b"],
            DefaultWait = "low",
            DefaultMail = new MailId(NextId()),
            Budget = new Budget(12.5m, BudgetPeriod.Month),
            Earlier = (Secret(3), T0.AddDays(1)),
            ExpiresAt = T0.AddDays(30),
            RevokedAt = T0.AddDays(2),
            LastUsedAt = T0.AddHours(1),
        };
        await Stores.Keys.AddAsync(plain, Token);
        await Stores.Keys.AddAsync(full, Token);

        IReadOnlyList<VirtualKey> loaded = await Stores.Keys.LoadAsync(Token);

        Assert.Equal([Text(plain), Text(full)], loaded.Select(Text));
    }

    [Fact]
    public async Task A_changed_key_takes_the_place_of_the_one_before()
    {
        VirtualKey key = Key(1);
        await Stores.Keys.AddAsync(key, Token);
        VirtualKey changed = key with { Secret = Secret(2), Earlier = (key.Secret, T0.AddHours(1)), RevokedAt = T0, Budget = new Budget(3, BudgetPeriod.Day) };
        await Stores.Keys.UpdateAsync(changed, Token);

        Assert.Equal(Text(changed), Text(Assert.Single(await Stores.Keys.LoadAsync(Token))));
    }

    [Fact]
    public async Task A_use_is_noted_when_it_is_later_and_changes_nothing_else()
    {
        VirtualKey key = Key(1);
        await Stores.Keys.AddAsync(key, Token);
        await Stores.Keys.NoteUseAsync([(key.Id, T0.AddHours(2)), (new KeyId(NextId()), T0)], Token);
        await Stores.Keys.NoteUseAsync([(key.Id, T0.AddHours(1))], Token);

        Assert.Equal(Text(key with { LastUsedAt = T0.AddHours(2) }), Text(Assert.Single(await Stores.Keys.LoadAsync(Token))));
    }

    [Fact]
    public async Task No_two_keys_have_the_same_secret()
    {
        await Stores.Keys.AddAsync(Key(1), Token);

        await Assert.ThrowsAnyAsync<DbException>(() => Stores.Keys.AddAsync(Key(1), Token));
        Assert.Single(await Stores.Keys.LoadAsync(Token));
    }

    private VirtualKey Key(byte secret) => new() { Id = new KeyId(NextId()), Team = Teams.Default, Owner = "tests", Secret = Secret(secret), CreatedAt = T0 };

    private static KeySecret Secret(byte value) => new(Enumerable.Repeat(value, 32).ToArray(), $"lwk_{value}…");

    private static string Text(VirtualKey key) =>
        $"{key.Id} {key.Team} {key.Owner} {Text(key.Secret)} {(key.Earlier is { } earlier ? $"{Text(earlier.Secret)} {earlier.Until:o}" : "")} [{string.Join('|', key.Models)}] {key.DefaultWait} {key.DefaultMail} {key.Budget} {key.CreatedAt:o} {key.ExpiresAt:o} {key.RevokedAt:o} {key.LastUsedAt:o}";

    private static string Text(KeySecret secret) => $"{Convert.ToHexString(secret.Hash.Span)} {secret.Hint}";
}
