using System.Text;
using Leeway.Adapters.Objects;

namespace Leeway.Tests.Adapters.Objects;

/// <summary>Google Cloud Storage's JSON API, exchange by exchange.</summary>
public sealed class CloudStorageObjectsTests : IAsyncLifetime
{
    private const int Piece = 8 * 1024 * 1024;

    private ScriptedServer _server = null!;
    private IObjectStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _store = ObjectStores.Open(new ObjectLocation(new Uri("gs://bucket/a/b"), new Uri(_server.BaseUrl, "/")), new CloudSettings());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task WriteAsync(byte[] content) => _store.WriteAsync("in/x y.jsonl", "application/jsonl", async (writer, token) => await writer.WriteAsync(content, token), Token);

    private ScriptedServer Begins() => _server.Then(200, "", headers: ("Location", "http://evil.example/upload/storage/v1/b/bucket/o?uploadType=resumable&upload_id=u1"));

    [Fact]
    public async Task A_small_object_goes_up_in_one_piece_and_only_to_the_configured_host()
    {
        Begins().Then(200, "{}");

        await WriteAsync("line\n"u8.ToArray());

        Assert.Equal("gs://bucket/a/b/in/x y.jsonl", _store.AddressOf("in/x y.jsonl"));
        Assert.Equal(
            ["POST /upload/storage/v1/b/bucket/o?uploadType=resumable&name=a%2Fb%2Fin%2Fx%20y.jsonl", "PUT /upload/storage/v1/b/bucket/o?uploadType=resumable&upload_id=u1"],
            _server.Received.Select(static request => request.Line));
        Assert.Equal("application/jsonl", _server.Received.First().Headers["X-Upload-Content-Type"]);
        Assert.Equal(("bytes 0-4/5", "line\n"), (_server.Received.Last().Headers["Content-Range"], _server.Received.Last().Text));
    }

    [Fact]
    public async Task An_empty_object_is_one_too()
    {
        Begins().Then(200, "{}");

        await WriteAsync([]);

        Assert.Equal("bytes */0", _server.Received.Last().Headers["Content-Range"]);
    }

    [Fact]
    public async Task A_long_object_goes_up_piece_by_piece_and_what_was_taken_in_part_is_sent_again()
    {
        byte[] content = new byte[Piece + 1000];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(i * 31 >> 3);
        }

        int part = Piece - (256 * 1024);
        Begins().Then(308, "", headers: ("Range", $"bytes=0-{part - 1}")).Then(200, "{}");

        await WriteAsync(content);

        ReceivedRequest[] pieces = [.. _server.Received.Skip(1)];
        Assert.Equal([$"bytes 0-{Piece - 1}/*", $"bytes {part}-{content.Length - 1}/{content.Length}"], pieces.Select(static piece => piece.Headers["Content-Range"]));
        Assert.True(content.AsSpan().SequenceEqual((byte[])[.. pieces[0].Body[..part], .. pieces[1].Body]));
    }

    [Fact]
    public async Task An_object_of_whole_pieces_is_ended_by_its_length()
    {
        Begins().Then(308, "", headers: ("Range", $"bytes=0-{Piece - 1}")).Then(200, "{}");

        await WriteAsync(new byte[Piece]);

        Assert.Equal($"bytes */{Piece}", _server.Received.Last().Headers["Content-Range"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bytes=0-99999999")]
    [InlineData("bytes=5-9")]
    public async Task A_server_that_takes_nothing_is_not_asked_forever(string? range)
    {
        Begins().Then(308, "", headers: range is null ? [] : [("Range", range)]);

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync("x"u8.ToArray()));

        Assert.Equal(ProviderErrorKind.MalformedAnswer, e.Error.Kind);
    }

    [Fact]
    public async Task What_the_writer_throws_is_thrown_on_and_the_object_is_never_ended()
    {
        Begins();

        await Assert.ThrowsAsync<FormatException>(() => _store.WriteAsync("x", "text/plain", async (writer, token) =>
        {
            await writer.WriteAsync("half"u8.ToArray(), token);
            throw new FormatException("no");
        }, Token));

        Assert.Single(_server.Received);
    }

    [Fact]
    public async Task A_refused_piece_ends_the_writer()
    {
        Begins().Then(403, """{"error":{"code":403,"message":"no access","errors":[{"reason":"forbidden"}]}}""");
        bool ended = false;

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => _store.WriteAsync("x", "text/plain", async (writer, token) =>
        {
            try
            {
                while (!(await writer.WriteAsync(new byte[64 * 1024], token)).IsCompleted)
                {
                }
            }
            finally
            {
                ended = true;
            }
        }, Token));

        Assert.Equal((ProviderErrorKind.AuthenticationFailed, "no access", true), (e.Error.Kind, e.Error.Message, ended));
    }

    [Fact]
    public async Task Objects_are_listed_page_by_page_and_their_keys_are_the_store_s()
    {
        _server.Then(200, """{"items":[{"name":"a/b/in/1","size":"12","updated":"2026-11-23T12:00:00.5Z"}],"nextPageToken":"n 1"}""").Then(200, """{"items":[{"name":"a/b/in/2","size":"0","updated":"2026-11-23T12:00:00Z"}]}""").Then(200, "{}");

        List<StoredObject> found = [];
        await foreach (StoredObject one in _store.ListAsync("in/", Token))
        {
            found.Add(one);
        }

        Assert.Equal(
            [new StoredObject("in/1", 12, new DateTimeOffset(2026, 11, 23, 12, 0, 0, 500, TimeSpan.Zero)), new StoredObject("in/2", 0, new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))], found);
        Assert.Equal(["GET /storage/v1/b/bucket/o?prefix=a%2Fb%2Fin%2F", "GET /storage/v1/b/bucket/o?prefix=a%2Fb%2Fin%2F&pageToken=n%201"], _server.Received.Select(static request => request.Line));
    }

    [Fact]
    public async Task An_object_is_read_by_a_name_that_others_gave_it()
    {
        _server.Then(200, "content", "application/octet-stream").Then(404, "Not Found", "text/plain");

        await using Stream content = await _store.OpenAsync("out/prediction-model-2026-11-23T12:00:00.5Z/predictions.jsonl", Token);
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => _store.OpenAsync("gone", Token));

        Assert.Equal("content", await new StreamReader(content, Encoding.UTF8).ReadToEndAsync(Token));
        Assert.Equal(ProviderErrorKind.NotFound, e.Error.Kind);
        Assert.EndsWith("?alt=media", _server.Received.First().Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_no_error()
    {
        _server.Then(204, "").Then(404, "{}");

        await _store.DeleteAsync("x", Token);
        await _store.DeleteAsync("x", Token);

        Assert.All(_server.Received, static request => Assert.StartsWith("DELETE /storage/v1/b/bucket/o/", request.Line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("a//b")]
    public async Task A_key_that_is_none_is_not_written(string key) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.WriteAsync(key, "text/plain", static (_, _) => Task.CompletedTask, Token));
}
