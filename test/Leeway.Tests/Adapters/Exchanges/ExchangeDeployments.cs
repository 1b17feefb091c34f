using Leeway.Tests.Adapters.Bedrock;

namespace Leeway.Tests.Adapters.Exchanges;

/// <summary>The deployment of each kind whose exchanges are told.</summary>
internal static class ExchangeDeployments
{
    public static Deployment Of(string kind, Deployment plain, Uri server, DirectoryInfo storage)
    {
        var root = new Uri(server, "/");
        var aws = new CloudSettings { Region = "eu-central-1", Credentials = BedrockBench.Keys };
        return kind switch
        {
            "azure" => plain with { Model = "my-gpt", BatchModel = "my-gpt-batch", BaseUrl = root, ApiKey = "key-1" },
            "together" => plain with { Model = "meta-llama/Llama-3.3-70B-Instruct-Turbo" },
            "anthropic" => plain with { Model = "claude-haiku-4-5" },
            "gemini" => plain with { Model = "gemini-2.5-flash", BaseUrl = root, ApiKey = "g-key" },
            "vertex" => plain with
            {
                Model = "gemini-2.5-flash",
                BaseUrl = root,
                ApiKey = "ya29.x",
                Cloud = new CloudSettings { Project = "p1", Region = "us-central1", Storage = new ObjectLocation(new Uri("gs://bucket/leeway"), root) },
            },
            "bedrock" => plain with
            {
                Model = BedrockBench.Nova,
                BaseUrl = root,
                ApiKey = null,
                Cloud = aws with { Role = "arn:aws:iam::123456789012:role/leeway", Storage = new ObjectLocation(new Uri(storage.FullName), null) },
            },
            "sagemaker" or "lambda" => plain with { Model = "llama", BaseUrl = root, ApiKey = null, Cloud = aws },
            _ => plain,
        };
    }
}
