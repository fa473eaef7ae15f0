"""Tunes the encoder on the project's own texts: `make encoder`, an hour.

The encoder was made to tell what sentences are about: "no chest pain" lies near "chest pain". Here
its layers learn, from the labelled messages of `data/findings` and the examples of `data/nlu`,
to put apart what a patient states, denies, tells of others, or asks, and to bear being computed in
integers. The words' embeddings stay as they are. The result, `data/encoder/layers.onnx`, is kept in
the repository: every machine reads as the one did that was measured. It need not be made again
with every new text; `legpain encoder --go-on` begins with the layers that are kept. After it,
`make weights`.
"""
