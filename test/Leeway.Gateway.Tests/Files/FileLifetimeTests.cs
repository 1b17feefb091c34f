using System.Text.Json;
using Leeway.Files;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Files;

/// <summary>When files and parts go.</summary>
public sealed class FileLifetimeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_past_its_time_is_unknown_at_once_and_its_content_goes()
    {
        var clock = new ShiftedClock();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        string kept = Text(await gateway.AddAsync("x", "user_data"), "id");
        string batch = Text(await gateway.AddAsync(FileClient.Line("a")), "id");
        clock.Forward(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await gateway.GetAsync("/v1/files")).GetProperty("data").GetArrayLength());

        clock.Forward(TimeSpan.FromMinutes(2));
        using HttpResponseMessage gone = await gateway.Http.GetAsync($"/v1/files/{batch}/content", Token);
        Assert.Equal(404, (int)gone.StatusCode);
        Assert.Equal(kept, Text(Assert.Single((await gateway.GetAsync("/v1/files")).GetProperty("data").EnumerateArray()), "id"));
        gateway.Host.Services.GetRequiredService<FileSweeper>().Ask();
        await gateway.SweptAsync(kept);
    }

    [Fact]
    public async Task An_upload_past_its_hour_takes_nothing_more_and_its_parts_go()
    {
        var clock = new ShiftedClock();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        using HttpResponseMessage created = await gateway.PostAsync("/v1/uploads", """{"filename":"x","purpose":"user_data","bytes":3,"mime_type":"text/plain"}""");
        string upload = Text(await created.ReadJsonAsync(), "id");
        using HttpResponseMessage added = await AddAsync();
        Assert.True(added.IsSuccessStatusCode);

        clock.Forward(TimeSpan.FromMinutes(61));
        using HttpResponseMessage late = await AddAsync();
        Assert.Contains("upload_ended", await late.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        gateway.Host.Services.GetRequiredService<FileSweeper>().Ask();
        await gateway.SweptAsync();

        Task<HttpResponseMessage> AddAsync() => gateway.Http.PostAsync($"/v1/uploads/{upload}/parts", new MultipartFormDataContent { FileClient.File("abc"u8.ToArray(), "blob", "data") }, Token);
    }

    [Fact]
    public async Task A_file_that_somebody_holds_keeps_its_content_until_it_is_released()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        var files = gateway.Host.Services.GetRequiredService<IFileStore>();
        var sweeper = gateway.Host.Services.GetRequiredService<FileSweeper>();
        string text = Text(await gateway.AddAsync("held", "user_data"), "id");
        Assert.True(FileId.TryParse(text, out FileId id));
        StoredFile file = (await files.ListAsync(new FileFilter("default", null, false, gateway.Clock.GetUtcNow()), null, 1, Token)).Single();
        Guid holder = id.Value;

        Assert.False(await files.HoldAsync(id, "another team", holder, gateway.Clock.GetUtcNow(), Token));
        Assert.True(await files.HoldAsync(id, file.Team, holder, gateway.Clock.GetUtcNow(), Token));
        Assert.True(await files.HoldAsync(id, file.Team, holder, gateway.Clock.GetUtcNow(), Token));
        using HttpResponseMessage deleted = await gateway.Http.DeleteAsync($"/v1/files/{text}", Token);
        await sweeper.RunOnceAsync(Token);
        byte[] read = new byte[3];
        gateway.Host.Services.GetRequiredService<IFileContents>().Read(id.Value, 1, read);
        Assert.Equal("eld"u8, read);
        Assert.False(await files.HoldAsync(id, file.Team, gateway.Host.Services.GetRequiredService<IdSource>().Next(), gateway.Clock.GetUtcNow(), Token));

        await files.ReleaseAsync(id, holder, Token);
        await sweeper.RunOnceAsync(Token);
        Assert.Empty(gateway.Contents());
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;
}
