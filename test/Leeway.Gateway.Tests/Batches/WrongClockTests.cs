using System.Text;
using Leeway.Files;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Batches;

/// <summary>A batch that was taken is taken, whatever the clock showed that made it.</summary>
public sealed class WrongClockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_are_accepted_though_their_batch_was_made_by_a_clock_that_was_ahead_or_behind()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        // From now on a first byte has been measured, which is weighed against what is left.
        using HttpResponseMessage asked = await gateway.PostAsync("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"now"}]}""");
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(Token));
        LineIntake lines = gateway.Host.Services.GetRequiredService<LineIntake>();
        foreach (int ahead in (int[])[-10, 0, 10])
        {
            ClientBatch batch = MadeAt(gateway.Clock.GetUtcNow().AddMinutes(ahead));
            var line = new FileLine(1, 0, Encoding.UTF8.GetBytes(BatchClient.Line("a", "prompt")), false);
            NewRequest? request = lines.Read(line, batch, lines.CallerOf(batch), new CustomIds(), out LineProblem? problem);

            Assert.True(request is not null, $"{ahead} minutes ahead: {problem}");
            Assert.True(request.Deadline <= batch.Terms.ExpiresAt);
        }
    }

    private static ClientBatch MadeAt(DateTimeOffset instant) => new()
    {
        Id = new ClientBatchId(Guid.CreateVersion7()),
        Dialect = Dialect.OpenAI,
        State = ClientBatchState.Validating,
        Team = Teams.Default,
        Caller = "anonymous",
        Endpoint = Endpoints.Chat,
        InputFile = new FileId(Guid.CreateVersion7()),
        Terms = new ClientBatchTerms("20s", instant.AddSeconds(20), Priority.Standard, false, null, null),
        CreatedAt = instant,
        OutputFile = new FileId(Guid.CreateVersion7()),
        ErrorFile = new FileId(Guid.CreateVersion7()),
    };
}
