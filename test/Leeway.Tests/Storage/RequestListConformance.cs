namespace Leeway.Tests.Storage;

public abstract class RequestListConformance : StoreConformance
{
    [Fact]
    public async Task Requests_are_listed_newest_first_in_pages()
    {
        RequestId[] ids = [await AddAsync(), await AddAsync(), await AddAsync()];

        Assert.Equal([ids[2], ids[1]], await ListAsync(new RequestFilter(), null, 2));
        Assert.Equal([ids[0]], await ListAsync(new RequestFilter(), ids[1], 2));
        Assert.Empty(await ListAsync(new RequestFilter(), ids[0], 2));
    }

    [Fact]
    public async Task A_runs_requests_are_listed_oldest_first_in_pages()
    {
        var run = new RunId(NextId());
        RequestId[] ids = [await InRunAsync(run), await InRunAsync(run), await InRunAsync(run)];
        await AddAsync();
        await InRunAsync(new RunId(NextId()));
        var filter = new RequestFilter { Run = run };

        Assert.Equal([ids[0], ids[1]], await ListAsync(filter, null, 2));
        Assert.Equal([ids[2]], await ListAsync(filter, ids[1], 2));
    }

    [Fact]
    public async Task Filters_narrow_the_list_by_state_priority_model_and_batch()
    {
        RequestId queued = await AddAsync();
        RequestId low = await AddAsync(NewRequest() with { Priority = Priority.Low });
        RequestId mini = await AddAsync(NewRequest() with { Model = "gpt-4o-mini" });
        RequestId member = await AddAsync();
        RequestId running = await AddAsync();
        BatchRecord batch = await SealAsync(member);
        await StartAsync(running);

        Assert.Equal([running, member], await ListAsync(new RequestFilter { States = [RequestState.Running, RequestState.Sealed] }));
        Assert.Empty(await ListAsync(new RequestFilter { States = [RequestState.Expired] }));
        Assert.Empty(await ListAsync(new RequestFilter { States = [] }));
        Assert.Equal([low], await ListAsync(new RequestFilter { Priority = Priority.Low }));
        Assert.Equal([mini], await ListAsync(new RequestFilter { Model = "gpt-4o-mini" }));
        Assert.Equal([member], await ListAsync(new RequestFilter { Batch = batch.Id }));
        Assert.Equal([queued], await ListAsync(new RequestFilter { States = [RequestState.Queued], Priority = Priority.Standard, Model = "gpt-4o" }));
        Assert.Empty(await ListAsync(new RequestFilter { Batch = batch.Id, States = [RequestState.Queued] }));
    }

    [Fact]
    public async Task A_batch_and_a_run_together_narrow_to_both()
    {
        var run = new RunId(NextId());
        RequestId both = await InRunAsync(run);
        await InRunAsync(run);
        RequestId outside = await AddAsync();
        BatchRecord batch = await SealAsync(both, outside);

        Assert.Equal([both], await ListAsync(new RequestFilter { Run = run, Batch = batch.Id }));
    }

    [Fact]
    public async Task Members_stay_in_the_list_of_their_batch_after_they_ended()
    {
        RequestId id = await AddAsync();
        BatchRecord batch = await SubmitAsync(id);
        await FinishAsync(End(id));

        Assert.Equal([id], await ListAsync(new RequestFilter { Batch = batch.Id }));
        Assert.Null((await FindAsync(id)).Request.Batch);
    }

    [Fact]
    public async Task Results_are_read_only_when_asked_for()
    {
        RequestId id = await AddAsync();
        await FinishAsync(End(id, attempt: 0));

        Assert.Null(Assert.Single(await Stores.Requests.ListAsync(new RequestFilter(), null, 10, Token)).Result);
        RequestResult? result = Assert.Single(await Stores.Requests.ListAsync(new RequestFilter { WithResults = true }, null, 10, Token)).Result;
        Assert.Equal("""{"ok":1}"""u8, result!.Body.Span);
    }

    [Fact]
    public async Task A_run_is_summed_up_by_state_and_money()
    {
        var run = new RunId(NextId());
        RequestId[] ids = [await InRunAsync(run), await InRunAsync(run), await InRunAsync(run), await InRunAsync(run)];
        await SubmitAsync(ids[0], ids[1], ids[2]);
        await FinishAsync(End(ids[0], entry: Entry(ids[0], cost: 0.1m, list: 0.2m)));
        await FinishAsync(End(ids[1], entry: Entry(ids[1], cost: null, list: null)));
        await StartAsync(ids[2]);
        await FinishAsync(End(ids[2], attempt: 2, entry: Entry(ids[2], 2, cost: 0.2m, list: 0.2m)));
        await FinishAsync(End(ids[2], attempt: 1, entry: Entry(ids[2], 1, cost: 0.1m, list: 0.2m)));
        RequestId other = await AddAsync();
        await FinishAsync(End(other, attempt: 0, entry: Entry(other)));

        RunSummary summary = await Stores.Requests.SummariseRunAsync(Teams.Default, run, Token);
        Assert.Equal((0.4m, 0.4m, 1), (summary.Cost, summary.ListCost, summary.Unpriced));
        Assert.Equal([(RequestState.Queued, 1), (RequestState.Succeeded, 3)], summary.States.Select(pair => (pair.Key, pair.Value)).Order());
    }

    private Task<RequestId> InRunAsync(RunId run) => AddAsync(NewRequest() with { Run = run, CustomId = NextId().ToString() });

    private async Task<IEnumerable<RequestId>> ListAsync(RequestFilter filter, RequestId? after = null, int limit = 100) =>
        (await Stores.Requests.ListAsync(filter, after, limit, Token)).Select(record => record.Request.Id);
}
