using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>Creates of message batches that lose their answer: without metadata only the rows of an ended job tell whose it is.</summary>
public sealed class MessageBatchTests
{
    private static string Body(int i) => $$"""{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Question {{i}}"}]}""";

    private static async Task<string[]> AskAsync(TestGateway gateway, int count)
    {
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => gateway.PostAsync("/v1/messages", Body(i), ("Leeway-Deadline", "6h"))));
        var lanes = new List<string>();
        foreach (HttpResponseMessage answer in answers)
        {
            JsonElement message = await ChatOverMessagesTests.OkAsync(answer);
            Assert.Equal("message", message.GetProperty("type").GetString());
            lanes.Add(answer.Headers.GetValues("Leeway-Lane").Single());
            answer.Dispose();
        }

        return [.. lanes];
    }

    [Fact]
    public async Task A_job_whose_create_lost_its_answer_is_adopted_when_its_rows_show_whose_it_is()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(FaultKind.CreateLost, new FaultSetting { Next = 1 });

        string[] lanes = await AskAsync(gateway, 5);

        Assert.All(lanes, lane => Assert.Equal("batch", lane));
        SandboxLedgerSnapshot ledger = await gateway.Sandbox.ReadLedgerAsync();
        Assert.Equal(5, ledger.Batch.Billed);
        Assert.Equal(0, ledger.RealTime.Billed);
    }

    [Fact]
    public async Task A_create_that_never_happened_is_repeated_once_no_job_can_be_it()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(FaultKind.CreateLostBefore, new FaultSetting { Next = 1 });

        string[] lanes = await AskAsync(gateway, 5);

        Assert.All(lanes, lane => Assert.Equal("batch", lane));
        Assert.Equal(5, (await gateway.Sandbox.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Rows_that_the_provider_refuses_fail_alone()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        gateway.Sandbox.Faults.Set(FaultKind.RowError, new FaultSetting { Next = 1 });

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => gateway.PostAsync("/v1/messages", Body(i), ("Leeway-Deadline", "6h"))));

        Assert.Equal([200, 200, 200, 400], answers.Select(answer => (int)answer.StatusCode).Order());
        string refused = await answers.Single(answer => !answer.IsSuccessStatusCode).Content.ReadAsStringAsync();
        Assert.Equal("error", JsonDocument.Parse(refused).RootElement.GetProperty("type").GetString());
    }
}
