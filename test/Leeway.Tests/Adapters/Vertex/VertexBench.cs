namespace Leeway.Tests.Adapters.Vertex;

/// <summary>The Vertex AI adapter before a scripted server, which is its storage too. The token is given, so that nobody is asked for one.</summary>
internal static class VertexBench
{
    public const string Gemini = "gemini-2.5-flash";
    public const string Claude = "claude-haiku-4-5@20251001";

    public static async Task<AdapterBench> StartAsync(string model = Gemini)
    {
        AdapterBench bench = await AdapterBench.StartAsync("vertex");
        var server = new Uri(bench.Server.BaseUrl, "/");
        bench.Deployment = bench.Deployment with
        {
            Id = "google/" + model,
            Model = model,
            BaseUrl = server,
            ApiKey = "ya29.x",
            Cloud = new CloudSettings { Project = "p1", Region = "us-central1", Storage = new ObjectLocation(new Uri("gs://bucket/leeway"), server) },
        };
        return bench;
    }
}
