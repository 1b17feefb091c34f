namespace Leeway.Tests.Storage;

public abstract class MailStoreConformance : StoreConformance
{
    private static readonly RunId s_run = new(Guid.Parse("0123456789abcdef0123456789abcdef"));

    [Fact]
    public async Task Addresses_are_stored_once_a_team_changed_and_listed_newest_first()
    {
        MailEndpoint first = NewMail("ops@example.com");
        MailEndpoint second = NewMail("ops@example.com", "blue");
        Assert.True(await Stores.Mail.AddAsync(first, Token));
        Assert.True(await Stores.Mail.AddAsync(second, Token));
        Assert.False(await Stores.Mail.AddAsync(NewMail("ops@example.com"), Token));
        MailEndpoint changed = first with { Digest = true, DisabledReason = "Refused.", ConsecutiveFailures = 3 };
        await Stores.Mail.UpdateAsync(changed, Token);

        Assert.Equal([second, changed], await Stores.Mail.ListAsync(Token));
        Assert.Equal(changed, await Stores.Mail.FindAsync(first.Id, Token));
        Assert.Null(await Stores.Mail.FindAsync(new MailId(NextId()), Token));
    }

    [Fact]
    public async Task A_change_by_hand_does_not_move_the_end_of_the_last_digest()
    {
        MailEndpoint mail = await AddMailAsync();
        await Stores.Mail.ClaimDigestAsync(mail.Id, T0, T0.AddDays(1), T0.AddDays(1), Token);
        await Stores.Mail.UpdateAsync(mail with { Digest = true }, Token);

        Assert.Equal(T0.AddDays(1), (await Stores.Mail.FindAsync(mail.Id, Token))!.DigestedUntil);
    }

    [Fact]
    public async Task A_digest_is_claimed_by_one_of_many_and_its_delivery_is_there_once()
    {
        MailEndpoint mail = await AddMailAsync();
        bool[] claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Stores.Mail.ClaimDigestAsync(mail.Id, T0, T0.AddDays(1), T0.AddDays(1), Token)));

        Assert.Single(claims, claimed => claimed);
        DeliveryRecord delivery = Assert.Single(await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token));
        Assert.Equal((DeliveryEvents.Digest, DeliveryChannel.Mail, mail.Id.ToString()), (delivery.Event, delivery.Channel, delivery.Target));
        Assert.True(DigestSpan.TryParse(delivery.Subject, out DigestSpan span));
        Assert.Equal(new DigestSpan(T0, T0.AddDays(1)), span);
        Assert.False(await Stores.Mail.ClaimDigestAsync(mail.Id, T0, T0.AddDays(2), T0.AddDays(2), Token));
        Assert.True(await Stores.Mail.ClaimDigestAsync(mail.Id, T0.AddDays(1), T0.AddDays(2), T0.AddDays(2), Token));
    }

    [Fact]
    public async Task A_run_is_told_once_and_not_before_its_last_request_has_ended()
    {
        MailEndpoint mail = await AddMailAsync();
        RequestId one = await AddAsync(NewRequest() with { Run = s_run });
        RequestId two = await AddAsync(NewRequest() with { Run = s_run });
        await Stores.Mail.WatchRunAsync(s_run, Teams.Default, mail.Id, Token);
        await Stores.Mail.WatchRunAsync(s_run, Teams.Default, mail.Id, Token);
        await FinishAsync(End(one));
        Assert.Equal(0, await Stores.Mail.TellEndedRunsAsync(T0, Token));
        await FinishAsync(End(two));
        int[] told = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Stores.Mail.TellEndedRunsAsync(T0, Token)));

        Assert.Equal(1, told.Sum());
        DeliveryRecord delivery = Assert.Single(await Stores.Deliveries.ListDeliveriesAsync(mail.Id.ToString(), null, null, 10, Token));
        Assert.Equal((DeliveryEvents.RunEnded, s_run.ToString()), (delivery.Event, delivery.Subject));
    }

    [Fact]
    public async Task What_ended_is_summed_by_model_and_priority_in_a_span_that_leaves_its_end_out()
    {
        RequestId met = await AddAsync(NewRequest() with { Run = s_run });
        RequestId late = await AddAsync(NewRequest(TimeSpan.FromMinutes(1)) with { Run = s_run, Priority = Priority.Low });
        RequestId failed = await AddAsync(NewRequest());
        RequestId withdrawn = await AddAsync(NewRequest(TimeSpan.FromMinutes(1)));
        RequestId foreign = await AddAsync(NewRequest() with { Team = "blue" });
        await AddAsync(NewRequest());
        await FinishAsync(
            End(met, entry: Entry(met)), End(late, entry: Entry(late, cost: 0.25m)), End(failed, RequestState.Failed, entry: Entry(failed, cost: null, list: null)),
            End(withdrawn, RequestState.Cancelled, attempt: 0), End(foreign, entry: Entry(foreign)));
        EndedWork all = await Stores.Mail.SumEndedAsync(Teams.Default, T0, T0.AddMinutes(5).AddMilliseconds(1), Token);
        EndedWork run = await Stores.Mail.SumRunAsync(Teams.Default, s_run, Token);

        Assert.Equal(
            [
                new EndedRow(Group.Model, Priority.Standard, 1, 1, 0, 1, 0, 0, 0.5m, 1m, 1),
                new EndedRow(Group.Model, Priority.Low, 1, 0, 0, 0, 1, 0, 0.25m, 1m, 0),
            ],
            all.Rows);
        Assert.Contains(new EndedError("provider_error", 2), all.Errors);
        Assert.Equal((4, 2, 1, 0.75m, 2m), (all.Requests, all.Succeeded, all.Late, all.Cost, all.ListCost));
        Assert.Equal((2, 0, 1), (run.Requests, run.Errors.Count, run.Late));
        Assert.Equal(0, (await Stores.Mail.SumEndedAsync(Teams.Default, T0, T0.AddMinutes(5), Token)).Requests);
        Assert.Equal(0, (await Stores.Mail.SumEndedAsync("nobody", T0, T0.AddDays(1), Token)).Requests);
        Assert.Equal(0, (await Stores.Mail.SumRunAsync("blue", s_run, Token)).Requests);
    }

    private MailEndpoint NewMail(string address, string team = Teams.Default) =>
        new() { Id = new MailId(NextId()), Team = team, Address = address, DigestedUntil = T0, CreatedAt = T0 };

    private async Task<MailEndpoint> AddMailAsync()
    {
        MailEndpoint mail = NewMail("ops@example.com");
        Assert.True(await Stores.Mail.AddAsync(mail, Token));
        return mail;
    }

    private Task<IReadOnlyList<FinishOutcome>> FinishAsync(params FinishedRequest[] ends) => Stores.Results.FinishAsync(ends, Token);
}
