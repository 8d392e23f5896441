"""Who did what, and when: the applications that slides on CNNs show, with their sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A paper or a system: its year, who, what it did, a lane of the time line, and the source."""

    year: int
    who: str
    what: str
    lane: str
    source: str


#: What the time line's lanes are called, and the meaning that colours each.
LANES = {"find": "input", "recognise": "output", "act": "kernel", "describe": "wrong",
         "make": "gradient"}  # fmt: skip
WORKS = (
    Work(2010, "Mnih & Hinton", "roads", "find",
         "Learning to detect roads in high-resolution aerial images, ECCV 2010"),
    Work(2011, "Sermanet & LeCun", "traffic signs", "recognise",
         "Traffic sign recognition with multi-scale convolutional networks, IJCNN 2011"),
    Work(2012, "Cireşan et al.", "traffic signs", "recognise",
         "Multi-column deep neural network for traffic sign classification, Neural Networks 2012"),
    Work(2012, "Farabet et al.", "segmentation", "find",
         "Scene parsing with multiscale feature learning, purity trees, and optimal covers, "
         "ICML 2012"),
    Work(2013, "Cireşan et al.", "dividing cells", "find",
         "Mitosis detection in breast cancer histology images with deep neural networks, "
         "MICCAI 2013"),
    Work(2014, "Taigman et al.", "faces", "recognise",
         "DeepFace: closing the gap to human-level performance in face verification, CVPR 2014"),
    Work(2014, "Goodfellow et al.", "house numbers", "recognise",
         "Multi-digit number recognition from street view imagery using deep convolutional neural "
         "networks, ICLR 2014"),
    Work(2014, "Toshev & Szegedy", "pose", "find",
         "DeepPose: human pose estimation via deep neural networks, CVPR 2014"),
    Work(2014, "Guo et al.", "Atari games", "act",
         "Deep learning for real-time Atari game play using offline Monte-Carlo tree search "
         "planning, NIPS 2014"),
    Work(2014, "Simonyan & Zisserman", "video", "recognise",
         "Two-stream convolutional networks for action recognition in videos, NIPS 2014"),
    Work(2014, "Kim", "sentences", "describe",
         "Convolutional neural networks for sentence classification, EMNLP 2014"),
    Work(2015, "Ren et al.", "Faster R-CNN", "find",
         "Faster R-CNN: towards real-time object detection with region proposal networks, "
         "NIPS 2015"),
    Work(2015, "Karpathy & Fei-Fei", "captions", "describe",
         "Deep visual-semantic alignments for generating image descriptions, CVPR 2015"),
    Work(2015, "Dieleman et al.", "galaxies", "recognise",
         "Rotation-invariant convolutional neural networks for galaxy morphology prediction, "
         "Monthly Notices of the Royal Astronomical Society 450, 2015"),
    Work(2016, "deepsense.io", "whales", "recognise",
         "NOAA right whale recognition, first place: Kaggle's interview of 29 January 2016"),
    Work(2016, "Bojarski et al.", "steering a car", "act",
         "End to end learning for self-driving cars, arXiv 1604.07316"),
    Work(2019, "Karras et al.", "StyleGAN", "make",
         "A style-based generator architecture for generative adversarial networks, CVPR 2019"),
    Work(2021, "Radford et al.", "CLIP", "describe",
         "Learning transferable visual models from natural language supervision, ICML 2021"),
    Work(2022, "Ramesh et al.", "DALL·E 2", "make",
         "Hierarchical text-conditional image generation with CLIP latents, arXiv 2204.06125"),
    Work(2023, "OpenAI", "GPT-4", "describe", "GPT-4 technical report, arXiv 2303.08774"),
    Work(2023, "Kirillov et al.", "SAM", "find", "Segment anything, ICCV 2023"),
)  # fmt: skip

#: Traffic signs named right, per cent, in the German benchmark of 2011. The committee's own paper
#: (Cireşan et al. 2012) has 99.46; people and Sermanet are in J. Stallkamp et al., "Man vs.
#: computer: benchmarking machine learning algorithms for traffic sign recognition", Neural
#: Networks 32, 2012.
SIGNS = {"Cireşan et al., a committee": 99.46, "people, on average": 98.84,
         "Sermanet & LeCun": 98.31}  # fmt: skip
