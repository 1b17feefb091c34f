namespace Leeway.Tests.Storage;

public abstract class ClientBatchStoreConformance : StoreConformance
{
    private const string Team = "blue";

    [Fact]
    public async Task A_batch_is_stored_whole_and_seen_by_its_team_and_dialect_only()
    {
        ClientBatch batch = await AddBatchAsync();

        Assert.Equal(batch, await Stores.ClientBatches.FindAsync(batch.Id, Dialect.OpenAI, Team, Token));
        Assert.Equal(batch, await Stores.ClientBatches.FindByFileAsync(batch.OutputFile, Team, Token));
        Assert.Equal(batch, await Stores.ClientBatches.FindByFileAsync(batch.ErrorFile, Team, Token));
        Assert.Null(await Stores.ClientBatches.FindAsync(batch.Id, Dialect.Anthropic, Team, Token));
        Assert.Null(await Stores.ClientBatches.FindAsync(batch.Id, Dialect.OpenAI, "red", Token));
        Assert.Null(await Stores.ClientBatches.FindByFileAsync(batch.OutputFile, "red", Token));
        Assert.Empty(await Stores.ClientBatches.ListAsync(Dialect.OpenAI, "red", null, null, 10, Token));
    }

    [Fact]
    public async Task A_batch_without_a_file_its_team_can_see_is_not_stored()
    {
        ClientBatch batch = NewBatch(await AddFileAsync("red"));

        Assert.False(await Stores.ClientBatches.AddAsync(batch, Token));
        Assert.Empty(await Stores.ClientBatches.LoadOpenAsync(0, Token));
    }

    [Fact]
    public async Task Lines_are_accepted_once_however_often_they_are_sent_and_only_while_validating()
    {
        ClientBatch batch = await AddBatchAsync();
        NewRequest[] lines = [Line(batch, "a", 0), Line(batch, "b", 10)];
        var bad = new LineProblem(3, 4, "c", "invalid_url", "url", "message", "remedy");
        IReadOnlyList<NewRequest>? first = await Stores.ClientBatches.AcceptAsync(batch.Id, lines, [bad], Token);
        IReadOnlyList<NewRequest>? second = await Stores.ClientBatches.AcceptAsync(batch.Id, [Line(batch, "b", 10), Line(batch, "d", 20)], [bad], Token);
        ClientBatch running = batch with { State = ClientBatchState.InProgress, InProgressAt = T0, Lines = 4, Model = "gpt-4o" };

        Assert.Equal(lines, first);
        Assert.Equal("d", Assert.Single(second!).CustomId);
        Assert.Equal(new ClientBatchCounts(3, 0, 0, 0, 0, 1), await Stores.ClientBatches.CountAsync(batch.Id, Token));
        Assert.Equal([bad], await Stores.ClientBatches.ReadProblemsAsync(batch.Id, 0, 10, Token));
        Assert.True(await Stores.ClientBatches.UpdateAsync(running, ClientBatchState.Validating, [], [], Token));
        Assert.False(await Stores.ClientBatches.UpdateAsync(running, ClientBatchState.Validating, [], [], Token));
        Assert.Equal(running, await Stores.ClientBatches.FindAsync(batch.Id, Dialect.OpenAI, Team, Token));
        Assert.Null(await Stores.ClientBatches.AcceptAsync(batch.Id, [Line(batch, "e", 30)], [], Token));
    }

    [Fact]
    public async Task The_body_of_a_line_is_read_from_its_file()
    {
        ClientBatch batch = await AddBatchAsync("""{"x":1}{"y":22}""");
        NewRequest line = Line(batch, "b", 7, length: 8);
        await Stores.ClientBatches.AcceptAsync(batch.Id, [line], [], Token);

        Assert.Equal("""{"y":22}"""u8.ToArray(), (await Stores.Requests.ReadBodyAsync(line.Id, Token))!.Value.ToArray());
    }

    [Fact]
    public async Task A_body_whose_file_is_gone_is_gone()
    {
        ClientBatch batch = await AddBatchAsync("{}");
        NewRequest line = Line(batch, "a", 0, length: 2);
        await Stores.ClientBatches.AcceptAsync(batch.Id, [line], [], Token);
        Stores.FileContents.Remove(batch.InputFile.Value);

        Assert.Null(await Stores.Requests.ReadBodyAsync(line.Id, Token));
    }

    [Fact]
    public async Task Lines_stay_until_their_batch_has_its_files()
    {
        ClientBatch batch = await AddBatchAsync();
        NewRequest line = Line(batch, "a", 0);
        await Stores.ClientBatches.AcceptAsync(batch.Id, [line], [], Token);
        await FinishAsync(End(line.Id, attempt: 0));
        int whileOpen = await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token);
        await EndAsync(batch);
        int afterwards = await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token);

        Assert.Equal((0, 1), (whileOpen, afterwards));
    }

    [Fact]
    public async Task An_end_shows_the_files_lets_the_input_go_and_tells_whom_it_is_to_be_told()
    {
        var named = new WebhookId(NextId());
        var subscriber = new WebhookEndpoint { Id = new WebhookId(NextId()), Team = Team, Url = new Uri("https://a.example/"), Secret = "s", CreatedAt = T0, Events = "batch.failed batch.completed" };
        await Stores.Deliveries.AddEndpointAsync(subscriber, Token);
        await Stores.Deliveries.AddEndpointAsync(subscriber with { Id = new WebhookId(NextId()), Team = "red" }, Token);
        await Stores.Deliveries.AddEndpointAsync(subscriber with { Id = new WebhookId(NextId()), Events = "batch.expired" }, Token);
        await Stores.Deliveries.AddEndpointAsync(subscriber with { Id = new WebhookId(NextId()), DisabledReason = "by hand" }, Token);
        ClientBatch batch = await AddBatchAsync(change: batch => batch with { Webhook = named });
        await Stores.Files.DeleteAsync(batch.InputFile, Team, T0, Token);
        IReadOnlyList<FileId> goneBefore = await Stores.Files.TakeGoneAsync(T0, Token);
        ClientBatch ended = await EndAsync(batch, File(batch.OutputFile));
        IReadOnlyList<DeliveryRecord> deliveries = await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token);

        Assert.Empty(goneBefore);
        Assert.Equal([batch.InputFile], await Stores.Files.TakeGoneAsync(T0, Token));
        Assert.NotNull(await Stores.Files.FindAsync(batch.OutputFile, Team, T0, Token));
        Assert.Equal([named.ToString(), subscriber.Id.ToString()], deliveries.Select(delivery => delivery.Target).Order());
        Assert.All(deliveries, delivery => Assert.Equal(("batch.completed", batch.PrintedId, ended.EndedAt), (delivery.Event, delivery.Subject, delivery.OccurredAt)));
        Assert.Equal(ended, await Stores.ClientBatches.FindAsync(batch.Id, Dialect.OpenAI, Team, Token));
        Assert.Empty(await Stores.ClientBatches.LoadOpenAsync(0, Token));
    }

    [Fact]
    public async Task Of_two_who_end_a_batch_the_first_has_its_file_and_the_other_leaves_nothing()
    {
        ClientBatch batch = await AddBatchAsync();
        (Guid first, Guid second) = (await SealAsync("first"), await SealAsync("second"));
        bool seenBefore = Stores.FileContents.Open(batch.OutputFile.Value) is not null;
        ClientBatch ended = await EndAsync(batch, File(batch.OutputFile) with { SealedAs = first });
        bool endedAgain = await Stores.ClientBatches.UpdateAsync(ended, ClientBatchState.Finalizing, [File(batch.OutputFile) with { SealedAs = second }], [], Token);

        Assert.Equal((false, false), (seenBefore, endedAgain));
        using var content = new StreamReader(Stores.FileContents.Open(batch.OutputFile.Value)!);
        Assert.Equal("first", await content.ReadToEndAsync(Token));
        Assert.Null(Stores.FileContents.Open(first));
        Assert.Null(Stores.FileContents.Open(second));
    }

    [Fact]
    public async Task An_end_whose_content_is_gone_is_not_recorded()
    {
        ClientBatch batch = await AddBatchAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => EndAsync(batch, File(batch.OutputFile) with { SealedAs = NextId() }));

        Assert.Equal(ClientBatchState.Finalizing, (await Stores.ClientBatches.FindAsync(batch.Id, Dialect.OpenAI, Team, Token))!.State);
        Assert.Null(await Stores.Files.FindAsync(batch.OutputFile, Team, T0, Token));
    }

    [Fact]
    public async Task Lines_are_counted_read_and_summed_by_how_they_ended()
    {
        ClientBatch batch = await AddBatchAsync();
        NewRequest[] lines = [.. Enumerable.Range(0, 5).Select(i => Line(batch, $"l{i}", i))];
        await Stores.ClientBatches.AcceptAsync(batch.Id, lines, [], Token);
        await FinishAsync(End(lines[0].Id, attempt: 0));
        await FinishAsync(End(lines[1].Id, RequestState.Failed, attempt: 0));
        await FinishAsync(End(lines[2].Id, RequestState.Expired, attempt: 0));
        await FinishAsync(End(lines[3].Id, RequestState.Cancelled, attempt: 0));
        IReadOnlyList<EndedLine> page = await Stores.ClientBatches.ReadEndedAsync(batch.Id, lines[0].Id, 2, Token);

        Assert.Equal(new ClientBatchCounts(1, 1, 1, 1, 1, 0), await Stores.ClientBatches.CountAsync(batch.Id, Token));
        Assert.Equal([("l1", RequestState.Failed), ("l2", RequestState.Expired)], page.Select(line => (line.CustomId, line.State)));
        Assert.Equal([lines[4].Id], await Stores.ClientBatches.ListOpenAsync(batch.Id, 10, Token));
        Assert.False(await Stores.ClientBatches.AwaitsPaidAsync(batch.Id, Token));
    }

    [Fact]
    public async Task Only_an_ended_batch_is_deleted()
    {
        ClientBatch batch = await AddBatchAsync();
        bool open = await Stores.ClientBatches.DeleteAsync(batch.Id, Token);
        await EndAsync(batch);

        Assert.False(open);
        Assert.True(await Stores.ClientBatches.DeleteAsync(batch.Id, Token));
        Assert.False(await Stores.ClientBatches.DeleteAsync(batch.Id, Token));
    }

    private async Task<ClientBatch> EndAsync(ClientBatch batch, params StoredFile[] files)
    {
        ClientBatch running = batch with { State = ClientBatchState.InProgress, InProgressAt = T0 };
        ClientBatch finalizing = running with { State = ClientBatchState.Finalizing, FinalizingAt = T0.AddMinutes(1) };
        ClientBatch ended = finalizing with
        {
            State = ClientBatchState.Completed,
            EndedAt = T0.AddMinutes(2),
            Counts = new ClientBatchCounts(0, 5, 4, 3, 2, 1),
            Usage = new TokenUsage(5, 4, 3, 2, 1),
        };
        Assert.True(await Stores.ClientBatches.UpdateAsync(running, ClientBatchState.Validating, [], [], Token));
        Assert.True(await Stores.ClientBatches.UpdateAsync(finalizing, ClientBatchState.InProgress, [], [], Token));
        Assert.True(await Stores.ClientBatches.UpdateAsync(ended, ClientBatchState.Finalizing, files, [], Token));
        return ended;
    }

    private async Task<ClientBatch> AddBatchAsync(string content = "", Func<ClientBatch, ClientBatch>? change = null)
    {
        ClientBatch batch = NewBatch(await AddFileAsync(Team, content));
        batch = change?.Invoke(batch) ?? batch;
        Assert.True(await Stores.ClientBatches.AddAsync(batch, Token));
        return batch;
    }

    private ClientBatch NewBatch(FileId input) => new()
    {
        Id = new ClientBatchId(NextId()),
        Dialect = Dialect.OpenAI,
        State = ClientBatchState.Validating,
        Team = Team,
        Caller = "key_1",
        Endpoint = Endpoints.Chat,
        InputFile = input,
        Terms = new ClientBatchTerms("24h", T0.AddDays(1), Priority.Low, true, Lane.Batch, 0.5m),
        MetadataJson = """{"a":"b"}""",
        AcceptsPartly = true,
        OutputLifetime = TimeSpan.FromHours(2),
        CreatedAt = T0,
        OutputFile = new FileId(NextId()),
        ErrorFile = new FileId(NextId()),
    };

    private async Task<FileId> AddFileAsync(string team, string content = "")
    {
        var id = new FileId(NextId());
        await using IFileDraft draft = Stores.FileContents.Begin();
        await draft.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Token);
        await draft.SealAsync(id.Value, Token);
        await Stores.Files.AddAsync(File(id) with { Team = team }, Token);
        return id;
    }

    private async Task<Guid> SealAsync(string content)
    {
        Guid id = NextId();
        await using IFileDraft draft = Stores.FileContents.Begin();
        await draft.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content), Token);
        await draft.SealAsync(id, Token);
        return id;
    }

    private static StoredFile File(FileId id) =>
        new() { Id = id, Team = Team, Name = "in.jsonl", Purpose = FilePurposes.Batch, Bytes = 0, CreatedAt = T0, Status = FileStatus.Processed };

    private NewRequest Line(ClientBatch batch, string customId, long offset, int length = 2) => NewRequest() with
    {
        Team = Team,
        Body = default,
        BodyAt = new BodyLocation(batch.InputFile, offset, length),
        CustomId = customId,
        Run = batch.Id.Run,
    };
}
