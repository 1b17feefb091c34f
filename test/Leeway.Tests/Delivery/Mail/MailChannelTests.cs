using Leeway.Delivery;
using Leeway.Delivery.Mail;
using Leeway.Simulation.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Delivery.Mail;

/// <summary>How many mails come of how many ends, and what refusals do to an address.</summary>
public sealed class MailChannelTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(s_start);
    private readonly MemoryDeliveryStore _deliveries = new();
    private readonly MemoryMailStore _store = new() { Work = new EndedWork([new EndedRow("gpt-4o", Priority.Low, 1, 0, 0, 0, 0, 0, 1, 2, 0)], []) };
    private readonly MemoryRequestStore _requests = new(new MemoryTables(null, keepsAll: true));
    private readonly Postbox _postbox = new();
    private readonly MailChannel _channel;
    private readonly Deliverer _deliverer;
    private readonly MailRegistry _registry;
    private readonly IdSource _ids;

    public MailChannelTests()
    {
        var config = new StaticConfig(new LeewayConfig { Delivery = new DeliveryConfig { Mail = new MailConfig { Host = "localhost", DisableAfter = 2 } } });
        var random = new SeededRandomSource(7);
        var composer = new MailComposer(_store, _requests, null!, config);
        _ids = new IdSource(_clock, random);
        _channel = new MailChannel(_deliveries, _store, config, _postbox, composer, _clock);
        _deliverer = new Deliverer(_deliveries, [_channel], _clock, random, NullLogger<Deliverer>.Instance);
        _registry = new MailRegistry(_store, _channel, composer, _deliverer, _clock, random);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Ten_thousand_ends_are_a_handful_of_mails_and_every_delivery_is_told()
    {
        MailEndpoint mail = await RegisterAsync();
        DeliveryRecord[] all = [.. Enumerable.Range(0, 10_000).Select(_ => Add(mail))];
        for (int i = 0; i < 100 && await _deliveries.NextDueAsync(Stop) is { } due; i++)
        {
            _clock.SetUtcNow(due > _clock.GetUtcNow() ? due : _clock.GetUtcNow());
            await _deliverer.RunOnceAsync(Stop);
        }

        Assert.All(all, delivery => Assert.Equal(DeliveryState.Delivered, _deliveries[delivery.Id].State));
        Assert.InRange(_postbox.Letters.Count, 2, 4);
        Assert.Matches("^5,[0-9]{3} requests ended: 5,[0-9]{3} succeeded$", _postbox.Letters[0].Subject);
    }

    [Fact]
    public async Task The_first_end_is_told_at_once_and_those_of_the_next_minutes_together_without_using_up_attempts()
    {
        MailEndpoint mail = await RegisterAsync();
        DeliveryRecord first = Add(mail);
        await _deliverer.RunOnceAsync(Stop);
        Assert.Equal(DeliveryState.Delivered, _deliveries[first.Id].State);
        DeliveryRecord[] next = [Add(mail), Add(mail, RequestState.Failed), Add(mail)];
        await _deliverer.RunOnceAsync(Stop);
        Assert.All(next, delivery => Assert.Equal((DeliveryState.Pending, 0, s_start + MailChannel.Gap), (_deliveries[delivery.Id].State, _deliveries[delivery.Id].Attempts, _deliveries[delivery.Id].NextAttemptAt)));
        _clock.Advance(MailChannel.Gap);
        await _deliverer.RunOnceAsync(Stop);

        Assert.Equal(2, _postbox.Letters.Count);
        Assert.Equal("3 requests ended: 2 succeeded, 1 failed", _postbox.Letters[1].Subject);
        Assert.All(next, delivery => Assert.Equal((DeliveryState.Delivered, 1), (_deliveries[delivery.Id].State, _deliveries[delivery.Id].Attempts)));
        Assert.Equal(2, next.Count(delivery => _deliveries[delivery.Id].LastError is { } note && note.StartsWith("Told in the mail of dlv_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_or_a_digest_waits_for_no_gap_and_is_a_mail_of_its_own()
    {
        MailEndpoint mail = await RegisterAsync();
        Add(mail);
        await _deliverer.RunOnceAsync(Stop);
        Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString());
        Add(mail, DeliveryEvents.Digest, new DigestSpan(s_start.AddDays(-1), s_start).ToString());
        await _deliverer.RunOnceAsync(Stop);

        Assert.Equal(["digest", "requests", "runs"], _postbox.Letters.Select(letter => letter.List).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_address_refused_too_often_is_switched_off_and_its_mails_arrive_once_it_is_well()
    {
        MailEndpoint mail = await RegisterAsync();
        _postbox.Answer = new MailAttempt { Reply = 550, Error = "refuses the address: 550", Refused = true, AddressRefused = true };
        DeliveryRecord[] ends = [Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString()), Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString()), Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString())];
        await _deliverer.RunOnceAsync(Stop);

        Assert.All(ends, delivery => Assert.Equal(DeliveryState.Failed, _deliveries[delivery.Id].State));
        Assert.Contains("It was refused 2 times in a row", _store[mail.Id].DisabledReason, StringComparison.Ordinal);
        Assert.Equal(2, _postbox.Letters.Count);
        _postbox.Answer = new MailAttempt();
        await _registry.EnableAsync(mail.Id, Stop);
        await _deliverer.ReplayAsync(ends[2].Id, Stop);
        await _deliverer.RunOnceAsync(Stop);
        Assert.Equal((DeliveryState.Delivered, ends[2].Id.ToString()), (_deliveries[ends[2].Id].State, _postbox.Letters[^1].Id));
        Assert.Equal((null, 0), (_store[mail.Id].DisabledReason, _store[mail.Id].ConsecutiveFailures));
    }

    [Fact]
    public async Task Trouble_with_the_server_is_tried_by_the_schedule_and_not_held_against_the_address()
    {
        MailEndpoint mail = await RegisterAsync();
        _postbox.Answer = new MailAttempt { Error = "No connection." };
        DeliveryRecord end = Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString());
        while (_deliveries[end.Id].State is DeliveryState.Pending or DeliveryState.Retrying)
        {
            _clock.SetUtcNow(_deliveries[end.Id].NextAttemptAt > _clock.GetUtcNow() ? _deliveries[end.Id].NextAttemptAt : _clock.GetUtcNow());
            await _deliverer.RunOnceAsync(Stop);
        }

        Assert.Equal((DeliveryState.Failed, new MailConfig().Schedule.Count), (_deliveries[end.Id].State, _deliveries[end.Id].Attempts));
        Assert.Equal((null, 0), (_store[mail.Id].DisabledReason, _store[mail.Id].ConsecutiveFailures));
        Assert.InRange((_clock.GetUtcNow() - s_start).TotalHours, 48, 64);
        Assert.Single(_postbox.Letters.Select(letter => letter.Id).Distinct());
    }

    [Fact]
    public async Task What_is_no_longer_stored_fails_with_that_reason()
    {
        MailEndpoint mail = await RegisterAsync();
        _store.Work = new EndedWork([], []);
        DeliveryRecord end = Add(mail, DeliveryEvents.RunEnded, new RunId(_ids.Next()).ToString());
        await _deliverer.RunOnceAsync(Stop);

        Assert.Equal((DeliveryState.Failed, "What it tells of is no longer stored."), (_deliveries[end.Id].State, _deliveries[end.Id].LastError));
        Assert.Empty(_postbox.Letters);
    }

    private async Task<MailEndpoint> RegisterAsync() => (await _registry.RegisterAsync("ops@example.com", Teams.Default, digest: false, Stop))!;

    private DeliveryRecord Add(MailEndpoint mail, RequestState state = RequestState.Succeeded)
    {
        var request = new NewRequest
        {
            Id = new RequestId(_ids.Next()),
            Endpoint = Endpoints.Chat,
            Model = "gpt-4o",
            Deployment = "openai",
            Body = "{}"u8.ToArray(),
            Priority = Priority.Low,
            AcceptedAt = s_start,
            Deadline = s_start.AddHours(1),
            EstimatedInputTokens = 1,
        };

        // In memory, so nothing is waited for.
        Assert.True(_requests.AddAsync(request, Stop).IsCompletedSuccessfully);
        return Add(mail, DeliveryEvents.OfRequest(state), request.Id.ToString());
    }

    private DeliveryRecord Add(MailEndpoint mail, string name, string subject)
    {
        var delivery = new DeliveryRecord
        {
            Id = new DeliveryId(_ids.Next()),
            Event = name,
            Subject = subject,
            Channel = DeliveryChannel.Mail,
            Target = mail.Id.ToString(),
            OccurredAt = _clock.GetUtcNow(),
            State = DeliveryState.Pending,
            NextAttemptAt = _clock.GetUtcNow(),
        };
        _deliveries.Add(delivery);
        return delivery;
    }

    private sealed class Postbox : IMailSender
    {
        public List<MailLetter> Letters { get; } = [];

        public MailAttempt Answer { get; set; } = new();

        public Task<MailAttempt> SendAsync(MailLetter letter, CancellationToken cancellationToken)
        {
            Letters.Add(letter);
            return Task.FromResult(Answer);
        }
    }
}
