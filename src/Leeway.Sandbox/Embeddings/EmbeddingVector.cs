using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Embeddings;

/// <summary>A unit vector that depends on the input's digest only, whatever the model and seed, so that a client can recompute it.</summary>
public static class EmbeddingVector
{
    /// <summary>Far below a real model's 1,536: answers stay small, and <c>dimensions</c> asks for more.</summary>
    public const int DefaultDimensions = 8;

    /// <param name="input">The text, or the numbers of a token array joined by a space.</param>
    public static float[] Of(string input, int dimensions = DefaultDimensions)
    {
        var random = new SeededRandom(0, "embedding", PromptDigest.Hash(input));
        var vector = new float[dimensions];
        double squares = 0;
        for (var i = 0; i < dimensions; i++)
        {
            var value = random.NextGaussian();
            vector[i] = (float)value;
            squares += value * value;
        }

        for (var i = 0; i < dimensions; i++)
        {
            vector[i] /= (float)Math.Sqrt(squares);
        }

        return vector;
    }
}
