using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Crash;

public sealed class OwnershipTests
{
    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_and_the_first_goes_on()
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(seal: 1));
        await site.StartAsync();
        site.WriteConfig("second.yaml", "data", new Uri($"http://127.0.0.1:{Ports.Take()}"), new Uri($"http://127.0.0.1:{Ports.Take()}"), CrashSite.Eager(seal: 1));
        await using ChildProcess second = ChildProcess.Start(site.Folder, ["serve", "--config", "second.yaml"]);

        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains("in use", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await site.SendAsync(0, 3);
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, 3);
    }

    [Theory, InlineData(0), InlineData(1_000), InlineData(7_777), Trait("store", "sqlite")]
    public async Task A_torn_copy_of_the_database_opens_and_goes_on(int torn)
    {
        const int Count = 60;
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(seal: 20, age: "100ms"));
        await site.StartAsync();
        await site.SendAsync(0, Count);

        // While the first works on, as a careless back-up would: the log after the database, and its end cut off.
        string copy = Directory.CreateDirectory(Path.Combine(site.Folder, "copy")).FullName;
        foreach (string name in new[] { "leeway.db", "leeway.db-wal" })
        {
            await using FileStream from = new(Path.Combine(site.Folder, "data", name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using FileStream to = File.Create(Path.Combine(copy, name));
            await from.CopyToAsync(to);
            to.SetLength(name.EndsWith("-wal", StringComparison.Ordinal) ? Math.Max(0, to.Length - torn) : to.Length);
        }

        await site.KillAsync();
        site.WriteConfig("leeway.yaml", "copy", site.Url, site.AdminUrl, CrashSite.Eager(seal: 20, age: "100ms"));
        await site.StartAsync();
        await site.SettlesAsync();
        List<string> known = await site.ListIdsAsync();
        Assert.Subset(site.Accepted.Values.ToHashSet(), known.ToHashSet());
        Assert.Equal(known.Count, known.Distinct().Count());
        Assert.NotEmpty(known);
        foreach (string id in known)
        {
            Assert.Equal("succeeded", (await site.ReadRequestAsync(id)).GetProperty("state").GetString());
        }

        // It is a whole gateway: what was lost can be sent again.
        await site.SendAsync(0, Count);
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, Count);
    }
}
