using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.BadInput;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Files;

/// <summary><c>/v1/uploads</c>: files in parts.</summary>
public sealed class UploadRoutesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_in_any_order_become_the_file_that_their_order_says()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string text = FileClient.Line("a") + "\n" + FileClient.Line("b") + "\n";
        string upload = await CreateAsync(gateway, text.Length);
        string last = await AddAsync(gateway, upload, text[100..]);
        await AddAsync(gateway, upload, "a part whose answer was lost");
        string first = await AddAsync(gateway, upload, text[..100]);

        JsonElement completed = await CompleteAsync(gateway, upload, [first, last], Md5(text));
        JsonElement file = completed.GetProperty("file");
        string id = file.GetProperty("id").GetString()!;

        Assert.Equal(("completed", "processed", 2), (completed.GetProperty("status").GetString(), file.GetProperty("status").GetString(), file.GetProperty("leeway_lines").GetInt32()));
        Assert.Equal(text, await gateway.Http.GetStringAsync($"/v1/files/{id}/content", Token));
        Assert.Equal(completed.ToString(), (await CompleteAsync(gateway, upload, [first, last], Md5(text))).ToString());
        Assert.Equal("upload_ended", await TryAddAsync(gateway, upload, "late"));
        Assert.Equal("upload_ended", await RefusedAsync(await gateway.PostAsync($"/v1/uploads/{upload}/cancel", "")));
        await gateway.SweptAsync(id);
    }

    [Fact]
    public async Task An_upload_that_does_not_add_up_stays_open()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string upload = await CreateAsync(gateway, 6, "user_data");
        string other = await CreateAsync(gateway, 6, "user_data");
        string one = await AddAsync(gateway, upload, "abc");
        string two = await AddAsync(gateway, upload, "def");
        string foreign = await AddAsync(gateway, other, "xyz");

        Assert.Equal("upload_mismatch", await TryCompleteAsync(gateway, upload, [one]));
        Assert.Equal("upload_mismatch", await TryCompleteAsync(gateway, upload, [one, one]));
        Assert.Equal("upload_mismatch", await TryCompleteAsync(gateway, upload, [one, foreign]));
        Assert.Equal("upload_mismatch", await TryCompleteAsync(gateway, upload, [one, "part_1"]));
        Assert.Equal("upload_mismatch", await TryCompleteAsync(gateway, upload, [one, two], Md5("defabc")));
        Assert.Equal("invalid_parameter", await TryCompleteAsync(gateway, upload, []));
        Assert.Equal("completed", (await CompleteAsync(gateway, upload, [two, one], Md5("defabc"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_cancelled_upload_takes_nothing_more_and_leaves_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        string upload = await CreateAsync(gateway, 6);
        string part = await AddAsync(gateway, upload, "abc");
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage cancelled = await gateway.PostAsync($"/v1/uploads/{upload}/cancel", "");
            Assert.Equal("cancelled", (await cancelled.ReadJsonAsync()).GetProperty("status").GetString());
        }

        Assert.Equal("upload_ended", await TryAddAsync(gateway, upload, "def"));
        Assert.Equal("upload_ended", await TryCompleteAsync(gateway, upload, [part]));
        await gateway.SweptAsync();
    }

    [Theory]
    [InlineData("""{"purpose":"batch","bytes":1,"mime_type":"x"}""", "invalid_parameter", "filename")]
    [InlineData("""{"filename":"","purpose":"batch","bytes":1,"mime_type":"x"}""", "invalid_parameter", "filename")]
    [InlineData("""{"filename":7,"purpose":"batch","bytes":1,"mime_type":"x"}""", "invalid_parameter", "filename")]
    [InlineData("""{"filename":"\ud800","purpose":"batch","bytes":1,"mime_type":"x"}""", "invalid_parameter", "filename")]
    [InlineData("""{"filename":"x","purpose":"theft","bytes":1,"mime_type":"x"}""", "invalid_parameter", "purpose")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":0,"mime_type":"x"}""", "invalid_parameter", "bytes")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":1e999,"mime_type":"x"}""", "invalid_parameter", "bytes")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":"1","mime_type":"x"}""", "invalid_parameter", "bytes")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":209715201,"mime_type":"x"}""", "file_too_large", "bytes")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":1}""", "invalid_parameter", "mime_type")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":1,"mime_type":"x","team":"other"}""", "invalid_parameter", "team")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":1,"mime_type":"x","expires_after":5}""", "invalid_parameter", "expires_after")]
    [InlineData("""{"filename":"x","purpose":"batch","bytes":1,"mime_type":"x","expires_after":{"anchor":"created_at","seconds":1}}""", "invalid_parameter", "expires_after.seconds")]
    [InlineData("""{"filename":"x","filename":"y","purpose":"batch","bytes":1,"mime_type":"x"}""", "invalid_json", null)]
    [InlineData("[]", "body_not_an_object", null)]
    [InlineData("", "body_missing", null)]
    public async Task A_bad_upload_is_not_begun(string body, string code, string? field)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/uploads", body);
        Refusal refusal = Refusal.Read(answer, await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }

    [Fact]
    public async Task An_unknown_upload_is_404_on_every_route()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string id in new[] { "upload_0123456789abcdef0123456789abcdef", "upload_x", "..%2f", "file-0123456789abcdef0123456789abcdef" })
        {
            foreach (string verb in new[] { "parts", "complete", "cancel" })
            {
                using HttpResponseMessage answer = await gateway.PostAsync($"/v1/uploads/{id}/{verb}", "{}");
                Assert.Equal(404, (int)answer.StatusCode);
            }
        }
    }

    private static async Task<string> CreateAsync(TestGateway gateway, int bytes, string purpose = "batch")
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/uploads", $$"""{"filename":"in.jsonl","purpose":"{{purpose}}","bytes":{{bytes}},"mime_type":"text/jsonl"}""");
        JsonElement upload = await answer.ReadJsonAsync();
        Assert.Equal(("pending", 3600), (upload.GetProperty("status").GetString(), upload.GetProperty("expires_at").GetInt64() - upload.GetProperty("created_at").GetInt64()));
        return upload.GetProperty("id").GetString()!;
    }

    private static async Task<string> AddAsync(TestGateway gateway, string upload, string text)
    {
        using HttpResponseMessage answer = await PostPartAsync(gateway, upload, text);
        JsonElement part = await answer.ReadJsonAsync();
        Assert.Equal(("upload.part", upload), (part.GetProperty("object").GetString(), part.GetProperty("upload_id").GetString()));
        return part.GetProperty("id").GetString()!;
    }

    private static async Task<string> TryAddAsync(TestGateway gateway, string upload, string text) => await RefusedAsync(await PostPartAsync(gateway, upload, text));

    private static Task<HttpResponseMessage> PostPartAsync(TestGateway gateway, string upload, string text) =>
        gateway.Http.PostAsync($"/v1/uploads/{upload}/parts", new MultipartFormDataContent { FileClient.File(Encoding.UTF8.GetBytes(text), "blob", "data") }, Token);

    private static async Task<JsonElement> CompleteAsync(TestGateway gateway, string upload, string[] parts, string? md5)
    {
        using HttpResponseMessage answer = await PostCompleteAsync(gateway, upload, parts, md5);
        return await answer.ReadJsonAsync();
    }

    private static async Task<string> TryCompleteAsync(TestGateway gateway, string upload, string[] parts, string? md5 = null) =>
        await RefusedAsync(await PostCompleteAsync(gateway, upload, parts, md5));

    private static Task<HttpResponseMessage> PostCompleteAsync(TestGateway gateway, string upload, string[] parts, string? md5) =>
        gateway.PostAsync($"/v1/uploads/{upload}/complete", JsonSerializer.Serialize(new Dictionary<string, object?> { ["part_ids"] = parts, ["md5"] = md5 }));

    private static async Task<string> RefusedAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return Refusal.Read(answer, await answer.Content.ReadAsStringAsync(Token)).Code;
        }
    }

#pragma warning disable CA5351 // The protocol's checksum.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
