using Leeway.Adapters.Objects;

namespace Leeway.Gateway.Tests.Objects;

public sealed class DiskObjectTests : ObjectStoreTests, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leeway-objects-");

    private string Root => Path.Combine(_folder.FullName, "prefix");

    private protected override Task<IObjectStore> OpenAsync() => Task.FromResult(ObjectStores.Open(new ObjectLocation(new Uri(Root), null), new CloudSettings()));

    [Fact]
    public async Task Nothing_unfinished_is_left_or_seen()
    {
        IObjectStore store = await OpenAsync();
        await WriteAsync(store, "a", "x");
        await File.WriteAllTextAsync(Path.Combine(Root, ".~left-by-a-crash"), "half", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync("b", "text/plain", static (_, _) => throw new IOException("the reader of the source"), TestContext.Current.CancellationToken));

        Assert.Equal(["a"], await store.ListAsync("", TestContext.Current.CancellationToken).Select(static item => item.Key).ToArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal([".~left-by-a-crash", "a"], new DirectoryInfo(Root).GetFiles().Select(static file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told_with_the_place()
    {
        string file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        IObjectStore store = ObjectStores.Open(new ObjectLocation(new Uri(file), null), new CloudSettings());

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync(store, "a", "x"));

        Assert.Equal(ProviderErrorKind.ServerError, e.Error.Kind);
        Assert.Contains(file, e.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_scheme_names_the_known_ones()
    {
        ProviderException e = Assert.Throws<ProviderException>(static () => ObjectStores.Open(new ObjectLocation(new Uri("ftp://host/x"), null), new CloudSettings()));

        Assert.Contains("'ftp'; known are az, file, gs, s3", e.Error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
