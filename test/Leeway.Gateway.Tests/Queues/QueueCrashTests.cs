using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;
using Leeway.Telemetry;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>
/// Messages while the real executable is killed again and again. How many is said by <c>LEEWAY_QUEUE_MESSAGES</c>; <c>./dev bench queues</c> sends
/// 10,000 and prints the figures.
/// </summary>
public abstract class QueueCrashTests
{
    private const int Few = 400;
    private const int PerKill = 1000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract string Kind { get; }

    private protected abstract Task<QueueBench> OpenAsync(CrashSite? site);

    [Fact]
    public async Task Kills_at_any_moment_lose_no_message_and_run_none_twice()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("LEEWAY_QUEUE_MESSAGES"), NumberStyles.None, CultureInfo.InvariantCulture, out int said) ? said : Few;
        int kills = Math.Max(3, count / PerKill);
        var random = new Random(20261130);
        (CrashSite site, QueueBench queues) = await StartAsync(seal: Math.Max(20, count / 50));
        await using (site)
        await using (queues)
        {
            long began = Stopwatch.GetTimestamp();
            var results = new Results();
            using var collected = new CancellationTokenSource();
            Task collecting = CollectAsync(queues, results, collected.Token);
            Task sending = queues.SendAsync([.. Enumerable.Range(0, count).Select(Message)]);
            for (int kill = 0; kill < kills; kill++)
            {
                // The first while messages pour in, the others along the way of the results.
                int share = count * kill / (kills + 1);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System, Token);
                await HoldsAsync(() => Task.FromResult(kill < kills / 2 || results.Distinct >= share), () => $"Results stay away:\n{site.Gateway.Output}");
                await site.KillAsync();
                await site.StartAsync();
            }

            await sending;
            await HoldsAsync(() => Task.FromResult(results.Distinct == count), () => $"{count - results.Distinct} of {count} results are missing:\n{site.Gateway.Output}");
            await HoldsAsync(async () => await queues.CountRequestsAsync() == 0, () => "Messages are not acknowledged.");
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            await collected.CancelAsync();
            await collecting;

            SandboxLedgerSnapshot bill = await site.Sandbox.ReadLedgerAsync();
            IReadOnlyList<QueueBench.Received> rejects = await queues.TakeRejectsAsync();
            List<string> requests = await site.ListIdsAsync();
            await ReportAsync(
                $"{Kind}: {count} messages, {kills} kills -9, {took.TotalSeconds:0} s: lost {count - results.Distinct}, requests made {requests.Count}, "
                + $"billed {bill.Batch.Billed + bill.RealTime.Billed}, prompts billed twice {bill.PromptsBilledTwice}, rejected {rejects.Count}, "
                + $"result messages {results.Messages} ({results.Messages - count} told again, under the same id)");

            Assert.Equal((count, 0, 0, 0), (bill.Batch.Billed + bill.RealTime.Billed, bill.PromptsBilledTwice, bill.CustomIdsBilledTwice, rejects.Count));
            Assert.Equal(count, requests.Count);
            results.EachIsOneRequestUnderOneIdWithItsOwnAnswer();
        }
    }

    [Fact]
    public async Task A_kill_between_acceptance_and_acknowledgement_brings_the_message_again_and_it_is_known()
    {
        (CrashSite site, QueueBench queues) = await StartAsync(seal: 20, $"{FailPoint.AfterMessageAccepted}:7");
        await using (site)
        await using (queues)
        {
            await queues.SendAsync([.. Enumerable.Range(0, 40).Select(Message)]);
            await site.DiesAsync(FailPoint.AfterMessageAccepted);
            await site.StartAsync();

            var results = new Results();
            await HoldsAsync(
                async () =>
                {
                    results.Add(await queues.TakeResultsAsync());
                    return results.Distinct == 40 && await queues.CountRequestsAsync() == 0;
                },
                () => $"Results are missing:\n{site.Gateway.Output}");
            Assert.Equal(40, (await site.ListIdsAsync()).Count);
            SandboxLedgerSnapshot bill = await site.Sandbox.ReadLedgerAsync();
            Assert.Equal((40, 0), (bill.Batch.Billed + bill.RealTime.Billed, bill.PromptsBilledTwice));
            results.EachIsOneRequestUnderOneIdWithItsOwnAnswer();
        }
    }

    private async Task<(CrashSite Site, QueueBench Queues)> StartAsync(int seal, string? failPoint = null)
    {
        CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(seal, age: "300ms"));
        QueueBench queues = await OpenAsync(site);
        site.Sandbox.Faults.Set(FaultKind.MessagesDoubled, new FaultSetting { Probability = 0.05 });
        site.WriteConfig("leeway.yaml", "data", site.Url, site.AdminUrl, CrashSite.Eager(seal, age: "300ms") + queues.Yaml("deadline: 1h, visibility: 10s,"));
        await site.StartAsync(failPoint);
        return (site, queues);
    }

    private static string Message(int number) =>
        $$"""{"endpoint":"/v1/chat/completions","custom_id":"{{number}}","body":""" + CrashSite.Body(number) + "}";

    private static async Task CollectAsync(QueueBench queues, Results results, CancellationToken collected)
    {
        while (!collected.IsCancellationRequested)
        {
            results.Add(await queues.TakeResultsAsync());
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }

        results.Add(await queues.TakeResultsAsync());
    }

    private static async Task HoldsAsync(Func<Task<bool>> holds, Func<string> explain)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < s_patience, explain());
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
    }

    private static async Task ReportAsync(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("LEEWAY_QUEUE_REPORT") is { Length: > 0 } file)
        {
            await File.AppendAllTextAsync(file, line + "\n", Token);
        }
    }

    /// <summary>What the queue of results has brought.</summary>
    private sealed class Results
    {
        private readonly Dictionary<int, HashSet<(string Request, string Delivery)>> _told = [];
        private readonly Dictionary<int, string> _bodies = [];

        public int Distinct { get; private set; }

        public int Messages { get; private set; }

        public void Add(IEnumerable<QueueBench.Received> received)
        {
            foreach (QueueBench.Received one in received)
            {
                JsonElement message = JsonDocument.Parse(one.Body).RootElement;
                JsonElement request = message.GetProperty("data");
                int number = int.Parse(request.Text("custom_id")!, CultureInfo.InvariantCulture);
                if (!_told.TryGetValue(number, out HashSet<(string, string)>? ids))
                {
                    _told.Add(number, ids = []);
                }

                ids.Add((request.Text("id")!, message.Text("id")!));
                _bodies[number] = request.Text("state") + request.GetProperty("response");
                Messages++;
            }

            Distinct = _told.Count;
        }

        public void EachIsOneRequestUnderOneIdWithItsOwnAnswer()
        {
            Assert.All(_told, pair => Assert.Single(pair.Value));
            Assert.Equal(_told.Count, _told.Values.SelectMany(ids => ids).Select(ids => ids.Delivery).Distinct().Count());
            Assert.All(_bodies, pair => Assert.Contains(CrashSite.Digest(pair.Key), pair.Value, StringComparison.Ordinal));
            Assert.All(_bodies.Values, body => Assert.StartsWith("succeeded", body, StringComparison.Ordinal));
        }
    }
}
