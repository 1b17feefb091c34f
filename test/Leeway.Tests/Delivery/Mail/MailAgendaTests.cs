using Leeway.Delivery.Mail;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Delivery.Mail;

/// <summary>When digests are due, by a clock that the test turns.</summary>
public sealed class MailAgendaTests
{
    private static readonly MailId s_mail = new(Guid.Parse("019400000000700080000000000000bb"));

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryMailStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_digest_is_due_at_its_local_time_once_also_for_a_second_node_and_after_a_restart()
    {
        MailAgenda agenda = await StartAsync("2026-06-10T12:00:00Z", "07:30", "Europe/Berlin");
        Assert.Equal((0, At("2026-06-11T05:30:30Z")), await agenda.RunOnceAsync(Stop));
        Assert.Equal(0, await RunAtAsync(agenda, "2026-06-11T05:30:29Z"));
        Assert.Equal(1, await RunAtAsync(agenda, "2026-06-11T05:30:30Z"));
        Assert.Equal(0, await RunAtAsync(agenda, "2026-06-11T05:30:31Z"));
        Assert.Equal(0, await RunAtAsync(Agenda("07:30", "Europe/Berlin"), "2026-06-11T05:31:00Z"));
        Assert.Equal((0, At("2026-06-12T05:30:30Z")), await agenda.RunOnceAsync(Stop));
        Assert.Equal([Span("2026-06-10T12:00:00Z", "2026-06-11T05:30:00Z")], Spans());
    }

    [Fact]
    public async Task Each_day_begins_where_the_last_one_ended()
    {
        MailAgenda agenda = await StartAsync("2026-06-10T12:00:00Z", "07:30", "Europe/Berlin");
        await RunAtAsync(agenda, "2026-06-11T06:00:00Z");
        await RunAtAsync(agenda, "2026-06-12T06:00:00Z");

        Assert.Equal([Span("2026-06-10T12:00:00Z", "2026-06-11T05:30:00Z"), Span("2026-06-11T05:30:00Z", "2026-06-12T05:30:00Z")], Spans());
    }

    [Fact]
    public async Task Days_without_a_gateway_are_told_in_one_digest()
    {
        MailAgenda agenda = await StartAsync("2026-06-10T12:00:00Z", "07:30", "Europe/Berlin");

        Assert.Equal(1, await RunAtAsync(agenda, "2026-06-14T20:00:00Z"));
        Assert.Equal([Span("2026-06-10T12:00:00Z", "2026-06-14T05:30:00Z")], Spans());
    }

    [Theory]

    // Summer time begins: a day of 23 hours, and 02:30 is not there but 03:30.
    [InlineData("07:30", "2026-03-28T06:30:00Z", "2026-03-29T05:30:00Z", "2026-03-30T05:30:00Z")]
    [InlineData("02:30", "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z")]

    // It ends: a day of 25 hours, and 02:30 is there twice; the earlier one counts.
    [InlineData("07:30", "2026-10-24T05:30:00Z", "2026-10-25T06:30:00Z", "2026-10-26T06:30:00Z")]
    [InlineData("02:30", "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public async Task Clock_changes_move_the_digest_and_double_none(string time, params string[] due)
    {
        MailAgenda agenda = await StartAsync(due[0], time, "Europe/Berlin");
        _clock.SetUtcNow(At(due[0]));
        for (DateTimeOffset now = At(due[0]); now < At(due[2]).AddHours(2); now = now.AddMinutes(10))
        {
            _clock.SetUtcNow(now);
            await agenda.RunOnceAsync(Stop);
        }

        Assert.Equal([Span(due[0], due[1]), Span(due[1], due[2])], Spans());
    }

    [Fact]
    public async Task Who_asked_for_none_or_is_switched_off_gets_none()
    {
        MailAgenda agenda = await StartAsync("2026-06-10T12:00:00Z", "07:30", "UTC", digest: false);
        Assert.Equal(0, await RunAtAsync(agenda, "2026-06-11T12:00:00Z"));
        await _store.UpdateAsync(_store[s_mail] with { Digest = true, DisabledReason = "Refused." }, Stop);
        Assert.Equal(0, await RunAtAsync(agenda, "2026-06-12T12:00:00Z"));
        await _store.UpdateAsync(_store[s_mail] with { Digest = true, DisabledReason = null }, Stop);
        Assert.Equal(1, await RunAtAsync(agenda, "2026-06-12T12:00:01Z"));
    }

    [Fact]
    public async Task Without_a_server_nothing_is_claimed()
    {
        await StartAsync("2026-06-10T12:00:00Z", "07:30", "UTC");
        var agenda = new MailAgenda(_store, new StaticConfig(new LeewayConfig()), _clock);

        Assert.Equal(0, await RunAtAsync(agenda, "2026-06-12T12:00:00Z"));
    }

    private async Task<MailAgenda> StartAsync(string now, string time, string zone, bool digest = true)
    {
        _clock.SetUtcNow(At(now));
        await _store.AddAsync(new MailEndpoint { Id = s_mail, Address = "ops@example.com", Digest = digest, DigestedUntil = At(now), CreatedAt = At(now) }, Stop);
        return Agenda(time, zone);
    }

    private MailAgenda Agenda(string time, string zone) => new(
        _store, new StaticConfig(new LeewayConfig { Delivery = new DeliveryConfig { Mail = new MailConfig { Host = "localhost", Digest = new MailDigestConfig { At = TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Tz = zone } } } }), _clock);

    private async Task<int> RunAtAsync(MailAgenda agenda, string now)
    {
        _clock.SetUtcNow(At(now));
        return (await agenda.RunOnceAsync(Stop)).Written;
    }

    private DigestSpan[] Spans() => [.. _store.Claims.Select(claim => claim.Span)];

    private static DigestSpan Span(string since, string until) => new(At(since), At(until));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
