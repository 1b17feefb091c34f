namespace Leeway.Tests.Storage;

/// <summary>What belongs to a team stays apart from what belongs to another.</summary>
public abstract class TeamConformance : StoreConformance
{
    [Fact]
    public async Task A_request_keeps_its_team_and_one_that_names_none_is_the_default_teams()
    {
        RequestId blue = await AddAsync(Of("blue"));
        RequestId plain = await AddAsync();

        Assert.Equal("blue", (await FindAsync(blue)).Request.Team);
        Assert.Equal(Teams.Default, (await FindAsync(plain)).Request.Team);
        var loaded = new List<string>();
        await foreach (QueuedRequest request in Stores.Requests.LoadOpenAsync(0, Token))
        {
            loaded.Add(request.Team);
        }

        Assert.Equal(["blue", Teams.Default], loaded);
    }

    [Fact]
    public async Task A_list_of_a_team_holds_its_own_alone()
    {
        var run = new RunId(NextId());
        RequestId plain = await AddAsync();
        RequestId first = await AddAsync(Of("blue"));
        RequestId inRun = await AddAsync(Of("blue") with { Run = run, CustomId = "1" });
        RequestId red = await AddAsync(Of("red") with { Run = run, CustomId = "1" });
        BatchRecord batch = await SealAsync(first, red, plain);

        Assert.Equal([inRun, first], await ListAsync(new RequestFilter { Team = "blue" }));
        Assert.Equal([first], await ListAsync(new RequestFilter { Team = "blue" }, inRun));
        Assert.Equal([plain], await ListAsync(new RequestFilter { Team = Teams.Default }));
        Assert.Equal([red], await ListAsync(new RequestFilter { Team = "red", Run = run }));
        Assert.Equal([red], await ListAsync(new RequestFilter { Team = "red", Batch = batch.Id }));
        Assert.Equal([first], await ListAsync(new RequestFilter { Team = "blue", Batch = batch.Id }));
        Assert.Empty(await ListAsync(new RequestFilter { Team = "nobody" }));
        Assert.Equal(4, (await ListAsync(new RequestFilter())).Length);
    }

    [Fact]
    public async Task A_line_of_a_run_is_found_by_its_custom_id_by_its_team_only()
    {
        var run = new RunId(NextId());
        RequestId id = await AddAsync(NewRequest() with { Run = run, CustomId = "a", Team = "blue" });
        Assert.Equal(id, await Stores.Requests.FindLineAsync("blue", run, "a", Token));
        Assert.Null(await Stores.Requests.FindLineAsync("blue", run, "b", Token));
        Assert.Null(await Stores.Requests.FindLineAsync("red", run, "a", Token));
        Assert.Null(await Stores.Requests.FindLineAsync("blue", new RunId(NextId()), "a", Token));
    }

    [Fact]
    public async Task The_same_line_of_the_same_run_is_another_request_in_another_team()
    {
        var run = new RunId(NextId());
        RequestId blue = await AddAsync(Of("blue") with { Run = run, CustomId = "1" });
        RequestId red = await AddAsync(Of("red") with { Run = run, CustomId = "1" });

        Assert.NotEqual(blue, red);
        Assert.Equal(blue, await AddAsync(Of("blue") with { Run = run, CustomId = "1" }));
        Assert.Equal("blue", await Stores.Requests.FindRunTeamAsync(run, Token));
        Assert.Equal(1, (await Stores.Requests.SummariseRunAsync("blue", run, Token)).States[RequestState.Queued]);
        Assert.Equal(1, (await Stores.Requests.SummariseRunAsync("red", run, Token)).States[RequestState.Queued]);
        Assert.Empty((await Stores.Requests.SummariseRunAsync(Teams.Default, run, Token)).States);
        Assert.Null(await Stores.Requests.FindRunTeamAsync(new RunId(NextId()), Token));
    }

    [Fact]
    public async Task A_webhook_endpoint_keeps_its_team()
    {
        var endpoint = new WebhookEndpoint { Id = new WebhookId(NextId()), Team = "blue", Url = new Uri("https://hooks.example/"), Secret = "whsec_x", CreatedAt = T0 };
        await Stores.Deliveries.AddEndpointAsync(endpoint, Token);
        await Stores.Deliveries.UpdateEndpointAsync(endpoint with { ConsecutiveFailures = 1 }, Token);

        Assert.Equal("blue", (await Stores.Deliveries.FindEndpointAsync(endpoint.Id, Token))!.Team);
    }

    private NewRequest Of(string team) => NewRequest() with { Team = team };

    private async Task<RequestId[]> ListAsync(RequestFilter filter, RequestId? after = null) =>
        [.. (await Stores.Requests.ListAsync(filter, after, 100, Token)).Select(record => record.Request.Id)];
}
