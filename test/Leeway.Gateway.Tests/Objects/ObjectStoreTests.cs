using System.Buffers;
using System.Text;

namespace Leeway.Gateway.Tests.Objects;

/// <summary>What every object storage has to do, whatever it is made of. One class per scheme derives from it.</summary>
public abstract class ObjectStoreTests
{
    private static readonly byte[] s_line = Encoding.UTF8.GetBytes(new string('x', 65_535) + "\n");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An empty storage whose place has a prefix.</summary>
    private protected abstract Task<IObjectStore> OpenAsync();

    [Fact]
    public async Task What_was_written_is_read_and_may_be_replaced()
    {
        IObjectStore store = await OpenAsync();

        await WriteAsync(store, "in/batch-1.jsonl", "one\n");
        await WriteAsync(store, "in/batch-1.jsonl", "zwei ä\n");

        Assert.Equal("zwei ä\n", await ReadAsync(store, "in/batch-1.jsonl"));
    }

    [Fact]
    public async Task An_empty_object_is_one()
    {
        IObjectStore store = await OpenAsync();

        await WriteAsync(store, "empty", "");

        Assert.Equal("", await ReadAsync(store, "empty"));
        Assert.Equal(("empty", 0L), await store.ListAsync("", Token).Select(static item => (item.Key, item.Length)).SingleAsync(Token));
    }

    [Fact]
    public async Task A_long_object_goes_through_little_memory_and_comes_back_whole()
    {
        const int Lines = 400;
        IObjectStore store = await OpenAsync();
        long unflushed = 0;

        await store.WriteAsync("long", "application/jsonl", async (writer, token) =>
        {
            for (int i = 0; i < Lines; i++)
            {
                await writer.WriteAsync(s_line, token);
                unflushed = Math.Max(unflushed, writer.CanGetUnflushedBytes ? writer.UnflushedBytes : 0);
            }
        }, Token);

        Assert.InRange(unflushed, 0, 16 * 1024 * 1024);
        await using Stream stream = await store.OpenAsync("long", Token);
        long length = 0;
        byte[] buffer = new byte[65536];
        int read;
        while ((read = await stream.ReadAsync(buffer, Token)) > 0)
        {
            length += read;
        }

        Assert.Equal((long)Lines * s_line.Length, length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    public async Task A_write_that_breaks_off_leaves_what_was_there(int lines)
    {
        IObjectStore store = await OpenAsync();
        await WriteAsync(store, "kept", "before");
        var failure = new InvalidOperationException("store");

        foreach (string key in (string[])["kept", "new"])
        {
            Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => store.WriteAsync(key, "text/plain", async (writer, token) =>
            {
                for (int i = 0; i < lines; i++)
                {
                    await writer.WriteAsync(s_line, token);
                }

                writer.Write("half"u8);
                throw failure;
            }, Token));
            Assert.Same(failure, thrown);
        }

        Assert.Equal("before", await ReadAsync(store, "kept"));
        Assert.Equal(["kept"], await store.ListAsync("", Token).Select(static item => item.Key).ToArrayAsync(Token));
    }

    [Fact]
    public async Task A_listing_has_what_begins_with_the_prefix_by_key()
    {
        IObjectStore store = await OpenAsync();
        foreach (string key in (string[])["out/b", "out/a/2", "out/a/10", "outer", "in/x"])
        {
            await WriteAsync(store, key, key);
        }

        StoredObject[] found = await store.ListAsync("out/", Token).ToArrayAsync(Token);

        Assert.Equal(["out/a/10", "out/a/2", "out/b"], found.Select(static item => item.Key));
        Assert.Equal([8L, 7L, 5L], found.Select(static item => item.Length));
        Assert.All(found, static item => Assert.InRange(item.ModifiedAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200)));
        Assert.Empty(await store.ListAsync("none/", Token).ToArrayAsync(Token));
        Assert.Equal(5, await store.ListAsync("", Token).CountAsync(Token));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_deleting_it_is_no_error()
    {
        IObjectStore store = await OpenAsync();
        await WriteAsync(store, "gone", "x");

        await store.DeleteAsync("gone", Token);
        await store.DeleteAsync("gone", Token);
        await store.DeleteAsync("never/was", Token);

        foreach (string key in (string[])["gone", "never/was"])
        {
            ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => store.OpenAsync(key, Token));
            Assert.Equal(ProviderErrorKind.NotFound, e.Error.Kind);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/.")]
    [InlineData("a\\..\\b")]
    [InlineData("a\n")]
    public async Task A_key_that_leads_out_of_the_prefix_is_refused(string key)
    {
        IObjectStore store = await OpenAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, key, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(key, Token));
    }

    [Fact]
    public async Task An_address_ends_in_prefix_and_key()
    {
        IObjectStore store = await OpenAsync();

        Assert.EndsWith("/prefix/in/a.jsonl", store.AddressOf("in/a.jsonl"), StringComparison.Ordinal);
    }

    private protected static Task WriteAsync(IObjectStore store, string key, string text) =>
        store.WriteAsync(key, "text/plain", async (writer, token) => await writer.WriteAsync(Encoding.UTF8.GetBytes(text), token), Token);

    private protected static async Task<string> ReadAsync(IObjectStore store, string key)
    {
        await using Stream stream = await store.OpenAsync(key, Token);
        return await new StreamReader(stream).ReadToEndAsync(Token);
    }
}
