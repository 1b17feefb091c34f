using Leeway.Cli;
using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Store;

/// <summary>A move to another store, with a gateway before and after.</summary>
public sealed class StoreCopyTests
{
    [Fact]
    public async Task A_gateway_on_the_copy_goes_on_where_the_first_stopped()
    {
        await using CrashSite site = await CrashSite.CreateAsync(StoreSite.LowWaits);
        await site.StartAsync();
        string file = await StoreSite.FillAsync(site);

        (int exit, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", "sqlite:data", "--to", "sqlite:moved");
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("in use by process", output, StringComparison.Ordinal);

        await site.KillAsync();
        output = await StoreSite.SucceedAsync(site, "store", "copy", "--from", "sqlite:data", "--to", "sqlite:moved");
        Assert.Contains("Counts and checksums are equal", output, StringComparison.Ordinal);
        site.WriteConfig("leeway.yaml", "moved", site.Url, site.AdminUrl, CrashSite.Eager(seal: 5, age: "100ms"));
        await site.StartAsync();
        await StoreSite.AssertGoesOnAsync(site, file);
    }

    [Theory]
    [InlineData("data", "sqlite:moved", ExitCode.Usage, "names no store")]
    [InlineData("sqlite:nothing", "sqlite:moved", ExitCode.Failed, "There is no store")]
    public async Task What_names_no_store_is_refused(string from, string to, int exit, string words)
    {
        await using CrashSite site = await CrashSite.CreateAsync("");
        (int code, string output) = await StoreSite.RunAsync(site, "store", "copy", "--from", from, "--to", to);
        Assert.Equal(exit, code);
        Assert.Contains(words, output, StringComparison.Ordinal);
    }
}
