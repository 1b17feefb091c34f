using Leeway.Cli;
using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Store;

/// <summary>A backup made while the gateway runs, and a gateway on what was restored from it.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task What_waited_at_the_backup_is_answered_after_the_restore_and_what_was_paid_stays_paid()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);
        (decimal, int, int) cost = await site.ReadCostAsync();
        string told = await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        Assert.Contains("Counts and checksums are equal", told, StringComparison.Ordinal);
        await site.KillAsync();
        Directory.Delete(Path.Combine(site.Folder, "data"), recursive: true);

        site.WriteConfig("leeway.yaml", "restored", site.Url, site.AdminUrl, StoreSite.LowWaits);
        await StoreSite.SucceedAsync(site, "restore", "kept", "--config", "leeway.yaml");
        await site.StartAsync();
        Assert.Equal(StoreSite.Waiting, (await site.ReadAdminAsync("/admin/queue")).GetProperty("open").GetInt32());
        Assert.Equal(cost, await site.ReadCostAsync());

        site.WriteConfig("leeway.yaml", "restored", site.Url, site.AdminUrl, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.KillAsync();
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
    }

    [Fact]
    public async Task A_backup_goes_into_a_store_of_the_other_kind_on_which_a_gateway_was_started_and_stopped()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);
        (decimal, int, int) cost = await site.ReadCostAsync();
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        await site.KillAsync();

        await StoreSite.MoveToOtherKindAsync(site, StoreSite.LowWaits);
        await site.StartAsync();
        await site.StopAsync();
        await StoreSite.SucceedAsync(site, "restore", "kept", "--config", "leeway.yaml");
        await StoreSite.MoveToOtherKindAsync(site, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
        (decimal paid, int entries, _) = await site.ReadCostAsync();
        Assert.True(paid > cost.Item1 && entries == StoreSite.Answered + StoreSite.Waiting, $"{entries} entries of {paid}.");
    }

    [Fact]
    public async Task A_backup_under_load_holds_every_request_whole()
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(seal: 20, age: "100ms"));
        await site.StartAsync();
        await site.SendAsync(0, 20);
        Task load = site.SendAsync(20, 300);
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        await load;
        await site.KillAsync();

        site.WriteConfig("leeway.yaml", "restored", site.Url, site.AdminUrl, CrashSite.Eager(seal: 20, age: "100ms"));
        await StoreSite.SucceedAsync(site, "restore", "kept", "--config", "leeway.yaml");
        await site.StartAsync();
        await site.SettlesAsync();
        List<string> known = await site.ListIdsAsync();
        Assert.Subset(site.Accepted.Values.ToHashSet(), known.ToHashSet());
        Assert.True(known.Count >= 20, $"{known.Count} requests are known.");

        // It is a whole gateway: what came after the backup can be sent again.
        await site.SendAsync(0, 320);
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, 320);
    }

    [Fact]
    public async Task A_store_that_is_not_empty_is_not_restored_into_and_stays_as_it_was()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");

        (int exit, string output) = await StoreSite.RunAsync(site, "restore", "kept", "--config", "leeway.yaml");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("in use", output, StringComparison.Ordinal);

        await site.StopAsync();
        (exit, output) = await StoreSite.RunAsync(site, "restore", "kept", "--config", "leeway.yaml");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("is not empty", output, StringComparison.Ordinal);
        (exit, output) = await StoreSite.RunAsync(site, "backup", "kept", "--config", "leeway.yaml");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("is there already", output, StringComparison.Ordinal);

        site.WriteConfig("leeway.yaml", "data", site.Url, site.AdminUrl, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
    }

    [Theory, InlineData("tables/requests.rows.gz"), InlineData("tables/bodies.rows.gz"), InlineData("files/*")]
    public async Task A_damaged_backup_is_refused_and_leaves_the_store_empty(string part)
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        await StoreSite.FillAsync(site);
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        await StoreSite.SucceedAsync(site, "backup", "whole", "--config", "leeway.yaml");
        await site.KillAsync();
        string path = Directory.GetFiles(Path.Combine(site.Folder, "kept", Path.GetDirectoryName(part)!), Path.GetFileName(part)).First();
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        site.WriteConfig("leeway.yaml", "restored", site.Url, site.AdminUrl, StoreSite.LowWaits);
        (int exit, string output) = await StoreSite.RunAsync(site, "restore", "kept", "--config", "leeway.yaml");

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("damaged", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        await StoreSite.SucceedAsync(site, "restore", "whole", "--config", "leeway.yaml");
    }

    [Fact]
    public async Task What_a_killed_backup_left_is_no_backup_and_does_not_hinder_the_next()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        await StoreSite.FillAsync(site);
        await StoreSite.SucceedAsync(site, "backup", "first", "--config", "leeway.yaml");
        Directory.Move(Path.Combine(site.Folder, "first"), Path.Combine(site.Folder, "kept.partial"));
        File.Delete(Path.Combine(site.Folder, "kept.partial", "manifest.json"));

        site.WriteConfig("other.yaml", "restored", site.Url, site.AdminUrl, StoreSite.LowWaits);
        (int exit, string output) = await StoreSite.RunAsync(site, "restore", "kept.partial", "--config", "other.yaml");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("is no backup", output, StringComparison.Ordinal);
        await StoreSite.SucceedAsync(site, "backup", "kept", "--config", "leeway.yaml");
        Assert.False(Directory.Exists(Path.Combine(site.Folder, "kept.partial")));
    }
}
