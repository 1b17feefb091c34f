using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Leeway.Adapters.Objects;
using Leeway.Cli;
using Leeway.Gateway.Tests.Objects;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Cli;

/// <summary><c>watch</c> on a folder and on a bucket, against a real gateway and a sandbox.</summary>
public sealed class WatchTests(FauxqsProcess fauxqs) : IClassFixture<FauxqsProcess>, IAsyncDisposable
{
    private static readonly string[] s_watch = ["watch", "in", "--once", "--by", "1h", "--every", "1s", "--settle", "1s"];

    private readonly CliBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Results_appear_beside_each_file_which_is_run_once()
    {
        await _bench.StartGatewayAsync();
        Directory.CreateDirectory(Path.Combine(_bench.Folder, "in", "deep"));
        _bench.Write("in/good.jsonl", Lines("good", 30));
        _bench.Write("in/deep/mixed.jsonl", Lines("mixed", 5) + "{ no json\n" + Line("mixed-unknown", "no-such-model"));
        _bench.Write("in/empty.jsonl", "");
        _bench.Write("in/notes.txt", "not a batch file");

        CliEnd first = await _bench.RunAsync(s_watch);
        Assert.True(first.Exit == ExitCode.PartialFailure, first.Error);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"good-{i}"), _bench.Lines("in/good.out.jsonl").Select(CustomId));
        Assert.False(_bench.Exists("in/good.errors.jsonl"));
        Assert.Equal(5, _bench.Lines("in/deep/mixed.out.jsonl").Length);
        Assert.Equal(["invalid_line", "model_not_found"], _bench.Lines("in/deep/mixed.errors.jsonl").Select(Code).Order());
        Assert.Contains(_bench.Lines("in/deep/mixed.errors.jsonl"), line => line.Contains("deep/mixed.jsonl:6", StringComparison.Ordinal));
        Assert.Equal((0, "invalid_input"), (_bench.Lines("in/empty.out.jsonl").Length, Code(Assert.Single(_bench.Lines("in/empty.errors.jsonl")))));
        Assert.Equal(["notes.txt"], Directory.GetFiles(Path.Combine(_bench.Folder, "in"), "*.txt").Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_bench.Folder, "leeway-watch")));

        long billed = await BilledAsync();
        CliEnd second = await _bench.RunAsync(s_watch);
        Assert.Equal((ExitCode.Ok, billed), (second.Exit, await BilledAsync()));
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_left_until_it_is_whole()
    {
        await _bench.StartGatewayAsync();
        Directory.CreateDirectory(Path.Combine(_bench.Folder, "in"));
        Task writing = Task.Run(
            async () =>
            {
                for (int part = 0; part < 8; part++)
                {
                    await File.AppendAllTextAsync(Path.Combine(_bench.Folder, "in", "slow.jsonl"), Line($"slow-{part}"), Token);
                    await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, Token);
                }
            },
            Token);
        await Prompts.EventuallyAsync(() => Task.FromResult(_bench.Exists("in/slow.jsonl")), "the file is there");

        CliEnd end = await _bench.RunAsync(s_watch);
        await writing;
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"slow-{i}"), _bench.Lines("in/slow.out.jsonl").Select(CustomId));
    }

    [Fact]
    public async Task A_watch_that_is_stopped_and_loses_its_folder_comes_to_the_same_requests()
    {
        await _bench.StartGatewayAsync(("lanes.batch.poll.min", "3s"));
        Directory.CreateDirectory(Path.Combine(_bench.Folder, "in"));
        _bench.Write("in/a.jsonl", Lines("a", 20));
        using var stop = new CancellationTokenSource();
        Task<CliEnd> running = _bench.RunAsync(stop.Token, s_watch);
        await Prompts.EventuallyAsync(async () => await CountRequestsAsync() == 20, "the file was sent");
        await stop.CancelAsync();
        await running;
        Assert.False(_bench.Exists("in/a.out.jsonl"));
        Directory.Delete(Path.Combine(_bench.Folder, "leeway-watch"), recursive: true);

        CliEnd end = await _bench.RunAsync(s_watch);
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Equal(20, _bench.Lines("in/a.out.jsonl").Length);
        Assert.Equal((20, 20L), (await CountRequestsAsync(), await BilledAsync()));
    }

    [Fact]
    public async Task Files_of_a_bucket_get_their_results_in_the_bucket()
    {
        NodeScript.SkipWithoutNode();
        await _bench.StartGatewayAsync();
        (_bench.Variables["AWS_ACCESS_KEY_ID"], _bench.Variables["AWS_SECRET_ACCESS_KEY"]) = ("test", "test");
        using var client = new AmazonS3Client(
            new BasicAWSCredentials("test", "test"), new AmazonS3Config { ServiceURL = fauxqs.Endpoint!.AbsoluteUri, AuthenticationRegion = "eu-central-1", ForcePathStyle = true });
        await client.PutBucketAsync("watched", Token);
        IObjectStore store = ObjectStores.Open(
            new ObjectLocation(new Uri("s3://watched/jobs"), fauxqs.Endpoint), new CloudSettings { Region = "eu-central-1", Credentials = new CloudCredentials { AccessKey = "test", SecretKey = "test" } });
        await store.WriteAsync("monday/rows.jsonl", "application/x-ndjson", async (writer, token) => await writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Lines("s3", 12)), token), Token);

        CliEnd end = await _bench.RunAsync("watch", "s3://watched/jobs", "--once", "--by", "1h", "--every", "1s", "--endpoint", fauxqs.Endpoint.AbsoluteUri, "--region", "eu-central-1");
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        await using Stream results = await store.OpenAsync("monday/rows.out.jsonl", Token);
        string[] lines = (await new StreamReader(results).ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"s3-{i}"), lines.Select(CustomId));
    }

    private static string Lines(string name, int count) => string.Concat(Enumerable.Range(0, count).Select(i => Line($"{name}-{i}")));

    private static string Line(string id, string model = "gpt-4o-mini") =>
        $$"""{"custom_id":"{{id}}","method":"POST","url":"/v1/chat/completions","body":""" + Prompts.Body(id, model) + "}\n";

    private static string CustomId(string line) => JsonDocument.Parse(line).RootElement.GetProperty("custom_id").GetString()!;

    private static string Code(string line) => JsonDocument.Parse(line).RootElement.GetProperty("error").GetProperty("code").GetString()!;

    private async Task<long> BilledAsync()
    {
        var ledger = await _bench.Sandbox.ReadLedgerAsync(cancellationToken: Token);
        return ledger.Batch.Billed + ledger.RealTime.Billed;
    }

    private async Task<int> CountRequestsAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_bench.Variables["LEEWAY_URL"]) };
        return JsonDocument.Parse(await http.GetStringAsync("/leeway/requests?limit=1000", Token)).RootElement.GetProperty("data").GetArrayLength();
    }
}
